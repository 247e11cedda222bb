// SPDX-License-Identifier: MIT
#include <anderson/io/output_file.hpp>

#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace an = anderson;

namespace output_file_test {

namespace fs = std::filesystem;

namespace {

/// An empty folder of its own, removed at the end.
struct folder {
  fs::path path = fs::temp_directory_path() / ("anderson_output_file_test_" + std::to_string(::getpid()));
  folder() {
    fs::remove_all(path);
    fs::create_directory(path);
  }
  ~folder() { fs::remove_all(path); }
  bool empty() const { return fs::is_empty(path); }
};

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

}  // namespace

TEST_CASE("output_file: is there after commit, and only that") {
  const folder here;
  const fs::path target = here.path / "a.csv";
  {
    an::output_file out(target);
    CHECK(out.path() == target);
    out.stream() << "time\n1\n";
    CHECK_FALSE(fs::exists(target));
    out.commit();
    CHECK(content(target) == "time\n1\n");
  }
  CHECK(content(target) == "time\n1\n");
  CHECK(std::distance(fs::directory_iterator(here.path), fs::directory_iterator()) == 1);  // no .part is left
}

TEST_CASE("output_file: without commit nothing is left, also after an exception") {
  const folder here;
  try {
    an::output_file out(here.path / "a.csv");
    out.stream() << "half a line";
    out.stream().flush();
    CHECK_FALSE(here.empty());
    throw std::runtime_error("interrupted");
  } catch (const std::runtime_error&) {
  }
  CHECK(here.empty());
}

TEST_CASE("output_file: a file that was there is untouched until commit, then replaced") {
  const folder here;
  const fs::path target = here.path / "a.csv";
  write(target, "old");
  {
    an::output_file out(target);
    out.stream() << "new, thrown away";
  }
  CHECK(content(target) == "old");
  an::output_file out(target);
  out.stream() << "new";
  out.stream().flush();
  CHECK(content(target) == "old");
  out.commit();
  CHECK(content(target) == "new");
}

TEST_CASE("output_file: what an interrupted run has left does not matter") {
  const folder here;
  write(here.path / "a.csv.part", "a long rest of an earlier run");
  an::output_file out(here.path / "a.csv");
  out.stream() << "new";
  out.commit();
  CHECK(content(here.path / "a.csv") == "new");
}

TEST_CASE("output_file: a path that cannot be written is rejected at once, with the path and the reason") {
  const folder here;
  const fs::path missing = here.path / "no_such_folder" / "a.csv";
  CHECK_THROWS_WITH_AS(an::output_file{missing}, doctest::Contains(missing.c_str()), std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::output_file{missing}, doctest::Contains("No such file or directory"), std::invalid_argument);
  write(here.path / "file", "");
  CHECK_THROWS_WITH_AS(an::output_file{here.path / "file" / "a.csv"}, doctest::Contains("Not a directory"),
                       std::invalid_argument);
}

TEST_CASE("output_file: a directory is rejected") {
  const folder here;
  CHECK_THROWS_WITH_AS(an::output_file{here.path}, doctest::Contains("it is a directory"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::output_file{here.path}, doctest::Contains(here.path.c_str()), std::invalid_argument);
  CHECK(here.empty());
}

TEST_CASE("output_file: a full disk is noticed at commit; nothing appears at the path") {
  if (!fs::exists("/dev/full")) return;
  const folder here;
  fs::create_symlink("/dev/full", here.path / "a.csv.part");
  an::output_file out(here.path / "a.csv");
  out.stream() << "lost";
  CHECK_THROWS_WITH_AS(out.commit(), doctest::Contains("a.csv.part failed"), std::runtime_error);
  CHECK_FALSE(fs::exists(here.path / "a.csv"));
}

TEST_CASE("output_file: an empty path is rejected") { CHECK_THROWS_AS(an::output_file{""}, std::invalid_argument); }

TEST_CASE("output_file: a name that the system refuses is rejected like the others") {
  const folder here;
  CHECK_THROWS_AS(an::output_file{here.path / std::string(300, 'a')}, std::invalid_argument);
}

}  // namespace output_file_test
