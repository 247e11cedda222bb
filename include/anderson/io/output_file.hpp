// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/io/detail/c_file.hpp>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <ostream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace anderson {

/// A file that is either complete or as it was before: opened at once, so that a bad path is found before the run;
/// written beside its place under a name of its own, <path>.<process>-<number>.part; on the disk and renamed by
/// commit(); removed if never committed.
///
/// Who reads the path sees one complete file or another, whatever happens: several writers, a full disk, a program that
/// is killed (which leaves its .part). Owner and permissions of a file that is replaced stay, as far as the user may
/// set them; symbolic links are followed, and a link to nothing makes its target; of several hard links, only the one
/// named is replaced. What is no regular file, a pipe or a device, /dev/stdout, is written to directly, before
/// commit(), and stays what it is; a pipe is waited for until somebody reads it.
class output_file {
public:
  /// @throws std::invalid_argument  the file cannot be written; the message names path and reason.
  explicit output_file(std::filesystem::path path) : path_(std::move(path)), part_(path_) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (!path_.has_filename() || path_.string().find('\0') != std::string::npos) fail("no name is given");
    const fs::file_status now = fs::status(path_, error);
    if (fs::is_directory(now)) fail("it is a directory");
    if (!fs::status_known(now)) fail(error.message());
    std::FILE* file = follow_links();
    if (file == nullptr && fs::exists(now) && !fs::is_regular_file(now)) {
      file = std::fopen(path_.string().c_str(), "wb");
      if (file == nullptr) fail(reason(errno));
    } else if (file == nullptr) {
      if (fs::exists(now)) check_writable();
      file = create_part();
    }
    buffer_.open(file);
  }
  ~output_file() {
    buffer_.close();
    std::error_code ignored;
    if (temporary_) std::filesystem::remove(part_, ignored);
  }
  output_file(const output_file&) = delete;
  output_file& operator=(const output_file&) = delete;

  std::ostream& stream() noexcept { return stream_; }
  const std::filesystem::path& path() const noexcept { return path_; }
  /// What is written until commit(): a file beside the final one, for another program to write to; path() itself if
  /// that is a pipe or a device.
  const std::filesystem::path& part() const noexcept { return part_; }

  /// @throws std::runtime_error  writing failed, e.g. a full disk; what was at the path stays. If all is written but
  ///                             cannot take its place, it stays in part(), and the message says so.
  void commit() {
    if (committed_) return;
    const bool flushed = !stream_.flush().fail();
    if (!(part_ != path_ ? buffer_.close_on_disk() : buffer_.close()) || !flushed)
      throw std::runtime_error("anderson: writing " + path_.string() + " failed (" +
                               (buffer_.error() == 0 ? "the stream has failed" : reason(buffer_.error())) + ")");
    if (part_ != path_) {
      std::error_code error;
      temporary_ = false;  // from here on it is worth keeping
      std::filesystem::rename(part_, target_, error);
      if (error)
        throw std::runtime_error("anderson: " + path_.string() + " cannot be replaced (" + error.message() +
                                 "); what was written is in " + part_.string());
      detail::sync_folder(target_.parent_path());
    }
    committed_ = true;
  }

private:
  /// Sets the target; an open file if the path stands for one.
  std::FILE* follow_links() {
    std::error_code error;
    target_ = std::filesystem::absolute(path_, error);
    for (int links = 0; links < 100; ++links) {
      if (std::FILE* shared = detail::share_descriptor(target_)) return shared;
      if (!std::filesystem::is_symlink(target_, error)) break;
      target_ = target_.parent_path() / std::filesystem::read_symlink(target_, error);
    }
    return nullptr;
  }

  void check_writable() const {
    std::FILE* file = std::fopen(target_.string().c_str(), "ab");
    if (file == nullptr) fail(reason(errno));
    std::fclose(file);
  }

  std::FILE* create_part() {
    const std::string name = target_.filename().string().substr(0, 100) + '.' + detail::process_number() + '-';
    std::FILE* file = nullptr;
    for (int number = 0; file == nullptr; ++number) {
      part_ = target_.parent_path() / (name + std::to_string(number) + ".part");
      file = detail::create_file(part_, target_);
      const int error = errno;
      if (file == nullptr && (error != EEXIST || number == 1'000'000))
        fail("no file can be made in " + target_.parent_path().string() + ": " + reason(error));
    }
    temporary_ = true;
    return file;
  }

  static std::string reason(int error) { return std::generic_category().message(error); }

  [[noreturn]] void fail(const std::string& why) const {
    throw std::invalid_argument("anderson: output = " + path_.string() + "; allowed: a file that can be written (" +
                                why + ")");
  }

  std::filesystem::path path_, part_, target_;
  detail::c_file_buffer buffer_;
  std::ostream stream_{&buffer_};
  bool temporary_ = false, committed_ = false;
};

}  // namespace anderson
