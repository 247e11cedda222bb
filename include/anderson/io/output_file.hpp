// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace anderson {

/// A file that is either complete or as it was before: opened at once, so that a bad path is found before the run;
/// written beside its place as <path>.part; renamed by commit(); removed if never committed.
class output_file {
public:
  /// @throws std::invalid_argument  the file cannot be written; the message names path and reason.
  explicit output_file(std::filesystem::path path) : path_(std::move(path)), part_(path_.string() + ".part") {
    std::error_code ignored;
    if (!path_.has_filename()) fail("no name is given");
    if (std::filesystem::is_directory(path_, ignored)) fail("it is a directory");
    stream_.open(part_, std::ios::binary | std::ios::trunc);
    if (!stream_) fail(std::generic_category().message(errno));
  }
  ~output_file() {
    if (committed_) return;
    stream_.close();
    std::error_code ignored;
    std::filesystem::remove(part_, ignored);
  }
  output_file(const output_file&) = delete;
  output_file& operator=(const output_file&) = delete;

  std::ostream& stream() noexcept { return stream_; }
  const std::filesystem::path& path() const noexcept { return path_; }
  const std::filesystem::path& part() const noexcept { return part_; }  ///< where the file is before commit()

  /// @throws std::runtime_error  writing failed, e.g. a full disk; what was at the path stays.
  void commit() {
    if (committed_) return;
    stream_.close();
    if (!stream_) throw std::runtime_error("anderson: writing " + part_.string() + " failed");
    std::filesystem::rename(part_, path_);
    committed_ = true;
  }

private:
  [[noreturn]] void fail(const std::string& reason) const {
    throw std::invalid_argument("anderson: output = " + path_.string() + "; allowed: a file that can be written (" +
                                reason + ")");
  }

  std::filesystem::path path_, part_;
  std::ofstream stream_;
  bool committed_ = false;
};

}  // namespace anderson
