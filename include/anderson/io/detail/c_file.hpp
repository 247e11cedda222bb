// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <ios>
#include <streambuf>
#include <string>
#include <system_error>

#if __has_include(<unistd.h>)
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace anderson::detail {

// What the C++ library does not offer. Elsewhere than on POSIX systems: as much of it as C can do.
#if __has_include(<unistd.h>)

/// A file that was not there before, with the owner and permissions of `like` if that exists; null: see errno.
inline std::FILE* create_file(const std::filesystem::path& path, const std::filesystem::path& like) {
  struct stat old {};
  const bool exists = ::stat(like.c_str(), &old) == 0;
  const int file =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, exists ? old.st_mode & 0777 : mode_t{0666});
  if (file < 0) return nullptr;
  if (exists) {  // as far as user and file system allow
    [[maybe_unused]] const bool owned = ::fchown(file, old.st_uid, old.st_gid) == 0;
    ::fchmod(file, old.st_mode & 07777);
  }
  std::FILE* const stream = ::fdopen(file, "wb");
  if (stream == nullptr) {
    ::close(file);
    ::unlink(path.c_str());
  }
  return stream;
}

/// The open file that /dev/stdout, /dev/fd/3, ... stand for, shared with who opened it; null: the path is none of them.
inline std::FILE* share_descriptor(const std::filesystem::path& path) {
  std::error_code none;
  const std::string name = path.filename().string();
  if (name.empty() || name.size() > 9 || name.find_first_not_of("0123456789") != std::string::npos) return nullptr;
  const std::filesystem::path folder = std::filesystem::canonical(path.parent_path(), none);
  if (none || folder != std::filesystem::canonical("/dev/fd", none)) return nullptr;
  const int shared = ::fcntl(std::stoi(name), F_DUPFD_CLOEXEC, 0);
  return shared < 0 ? nullptr : ::fdopen(shared, "wb");
}

/// Waits until the disk has the file; false: see errno.
inline bool sync_file(std::FILE* file) {
  return ::fsync(::fileno(file)) == 0 || errno == EINVAL || errno == ENOSYS || errno == ENOTSUP;  // it knows no disk
}

/// Waits until the disk has the names in a folder, if it can.
inline void sync_folder(const std::filesystem::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
}

inline std::string process_number() { return std::to_string(::getpid()); }

#else

inline std::FILE* create_file(const std::filesystem::path& path, const std::filesystem::path& /*like*/) {
  return std::fopen(path.string().c_str(), "wbx");
}
inline std::FILE* share_descriptor(const std::filesystem::path& /*path*/) { return nullptr; }
inline bool sync_file(std::FILE* /*file*/) { return true; }
inline void sync_folder(const std::filesystem::path& /*folder*/) {}
inline std::string process_number() { return "0"; }

#endif

/// Where a stream writes to: a C file, which tells why it failed.
class c_file_buffer : public std::streambuf {
public:
  c_file_buffer() = default;
  ~c_file_buffer() override { close(); }
  c_file_buffer(const c_file_buffer&) = delete;
  c_file_buffer& operator=(const c_file_buffer&) = delete;

  void open(std::FILE* file) { file_ = file; }
  int error() const { return error_; }  ///< errno of the first failure, 0 if there was none

  bool close() {
    if (file_ != nullptr) check(std::fclose(file_) == 0);
    file_ = nullptr;
    return error_ == 0;
  }
  bool close_on_disk() {
    if (file_ != nullptr) check(sync() == 0 && sync_file(file_));
    return close();
  }

protected:
  int_type overflow(int_type c) override {
    if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
    const char one = traits_type::to_char_type(c);
    return xsputn(&one, 1) == 1 ? c : traits_type::eof();
  }
  std::streamsize xsputn(const char* text, std::streamsize count) override {
    if (!check(file_ != nullptr)) return 0;
    const std::size_t written = std::fwrite(text, 1, static_cast<std::size_t>(count), file_);
    check(written == static_cast<std::size_t>(count));
    return static_cast<std::streamsize>(written);
  }
  int sync() override { return file_ == nullptr || check(std::fflush(file_) == 0) ? 0 : -1; }

private:
  bool check(bool good) {
    if (!good && error_ == 0) error_ = file_ == nullptr ? EBADF : errno;
    return good;
  }

  std::FILE* file_ = nullptr;
  int error_ = 0;
};

}  // namespace anderson::detail
