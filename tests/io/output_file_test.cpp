// SPDX-License-Identifier: MIT
#include <anderson/io/output_file.hpp>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

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
  auto files() const { return std::distance(fs::directory_iterator(path), fs::directory_iterator()); }
};

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

mode_t mode(const fs::path& path) {
  struct stat is {};
  ::stat(path.c_str(), &is);
  return is.st_mode & 07777;
}

/// What work() returns in a process of its own.
int in_a_child(const auto& work) {
  std::cout.flush();  // the child would write what waits there a second time
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    int result = 8;
    try {
      result = work();
    } catch (...) {
    }
    ::_exit(result);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

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

TEST_CASE("output_file: what an interrupted run has left does not matter and is left alone") {
  const folder here;
  const std::string mine = "a.csv." + std::to_string(::getpid()) + "-0.part";  // of a run with the same number
  for (const std::string& name : {std::string("a.csv.part"), mine}) write(here.path / name, "a long rest");
  {
    an::output_file out(here.path / "a.csv");
    out.stream() << "new";
    out.commit();
  }
  CHECK(content(here.path / "a.csv") == "new");
  CHECK(content(here.path / "a.csv.part") == "a long rest");
  CHECK(content(here.path / mine) == "a long rest");
}

TEST_CASE("output_file: two writers do not share; the last commit is the file, an abandoned one harms nobody") {
  const folder here;
  const fs::path target = here.path / "a.csv";
  {
    an::output_file first(target), second(target), third(target);
    CHECK(first.part() != second.part());
    for (int line = 0; line < 1000; ++line) {
      first.stream() << "first\n" << std::flush;
      second.stream() << "second\n" << std::flush;
    }
    first.commit();
    CHECK(content(target).size() == 6000);
    { an::output_file abandoned(target); }
    second.commit();
    CHECK(content(target).find("first") == std::string::npos);
    CHECK(content(target).size() == 7000);
  }
  CHECK(content(target).size() == 7000);  // what the third has not written is not there
  CHECK(here.files() == 1);
}

TEST_CASE("output_file: permissions of a file that is replaced stay, a new one has those of any new file") {
  const folder here;
  const auto mode_after = [&](const char* name, mode_t before) {
    const fs::path target = here.path / name;
    write(target, "old");
    ::chmod(target.c_str(), before);
    an::output_file out(target);
    CHECK(mode(out.part()) == before);  // never open to more than the old one
    out.stream() << "new";
    out.commit();
    CHECK(content(target) == "new");
    return mode(target);
  };
  const mode_t old_mask = ::umask(027);
  CHECK(mode_after("secret", 0600) == 0600);
  CHECK(mode_after("group", 0640) == 0640);
  CHECK(mode_after("all", 0666) == 0666);
  CHECK(mode_after("program", 0755) == 0755);
  an::output_file(here.path / "made").commit();
  CHECK(mode(here.path / "made") == 0640);
  ::umask(old_mask);
}

TEST_CASE("output_file: symbolic links are followed, to a file, to a link, to nothing") {
  const folder here;
  fs::create_directory(here.path / "data");
  write(here.path / "data" / "a.csv", "old");
  fs::create_symlink("data/a.csv", here.path / "link");
  fs::create_symlink(here.path / "link", here.path / "link_to_link");
  fs::create_symlink("data/new.csv", here.path / "to_nothing");
  fs::create_symlink("missing/new.csv", here.path / "to_no_folder");
  fs::create_symlink("circle", here.path / "circle");
  fs::create_symlink("data", here.path / "to_folder");
  for (const char* name : {"link", "link_to_link", "to_nothing"}) {
    an::output_file out(here.path / name);
    CHECK(out.part().parent_path().filename() == "data");  // beside what it will replace
    out.stream() << name;
    out.commit();
    CHECK(fs::is_symlink(here.path / name));
    CHECK(content(here.path / name) == name);
  }
  CHECK(content(here.path / "data" / "a.csv") == "link_to_link");
  CHECK(content(here.path / "data" / "new.csv") == "to_nothing");
  CHECK_THROWS_WITH_AS(an::output_file{here.path / "to_no_folder"}, doctest::Contains("No such file or directory"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::output_file{here.path / "circle"}, doctest::Contains("levels of symbolic links"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::output_file{here.path / "to_folder"}, doctest::Contains("is a directory"),
                       std::invalid_argument);
  CHECK(fs::is_symlink(here.path / "circle"));
}

TEST_CASE("output_file: a pipe is written to and stays a pipe") {
  const folder here;
  const fs::path pipe = here.path / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const int reader = ::open(pipe.c_str(), O_RDWR | O_NONBLOCK);  // as a reader: the writer need not wait
  {
    an::output_file out(pipe);
    CHECK(out.part() == pipe);
    out.stream() << "time\n1\n";
    out.commit();
  }
  char read[20] = {};
  CHECK(::read(reader, read, sizeof read) == 7);
  CHECK(std::string(read) == "time\n1\n");
  ::close(reader);

  std::string seen;  // by one that comes later
  std::jthread late([&] { seen = content(pipe); });
  if (fs::is_fifo(pipe)) {
    an::output_file out(pipe);
    for (int line = 0; line < 100'000; ++line) out.stream() << line % 10;  // more than a pipe holds
    out.commit();
  }
  late.join();
  CHECK(seen.size() == 100'000);
  CHECK(fs::is_fifo(pipe));
  CHECK(here.files() == 1);
}

TEST_CASE("output_file: devices are written to and stay devices; a full one is noticed") {
  for (const char* device : {"/dev/null", "/dev/full"}) {
    if (!fs::is_character_file(device)) continue;
    const folder here;
    fs::create_symlink(device, here.path / "link");
    an::output_file out(here.path / "link");
    out.stream() << "lost";
    if (std::string(device) == "/dev/null")
      CHECK_NOTHROW(out.commit());
    else
      for (int twice = 0; twice < 2; ++twice)
        CHECK_THROWS_WITH_AS(out.commit(), doctest::Contains("link failed (No space left on device)"),
                             std::runtime_error);
    CHECK(fs::is_character_file(device));
    CHECK(fs::is_symlink(here.path / "link"));
    CHECK(here.files() == 1);
  }
}

TEST_CASE("output_file: /dev/stdout is the standard output, also if that is a file") {
  if (!fs::exists("/dev/fd/1")) return;
  const folder here;
  const int status = in_a_child([&] {
    const int file = ::open((here.path / "log").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(file, STDOUT_FILENO);
    bool good = ::write(STDOUT_FILENO, "before\n", 7) == 7;
    an::output_file out("/dev/fd/1");  // what /dev/stdout is a link to
    out.stream() << "table\n";
    out.commit();
    good = good && ::write(STDOUT_FILENO, "after\n", 6) == 6;
    return good ? 0 : 1;
  });
  CHECK(status == 0);
  CHECK(content(here.path / "log") == "before\ntable\nafter\n");
  CHECK(here.files() == 1);
  CHECK_THROWS_AS(an::output_file{"/dev/fd/98765"}, std::invalid_argument);
}

TEST_CASE("output_file: a full disk leaves what was there") {
  const folder here;
  const fs::path target = here.path / "a.csv";
  write(target, "old");
  const int status = in_a_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);  // the limit is then an error of write(), as a full disk is
    const rlimit few{100'000, 100'000};
    ::setrlimit(RLIMIT_FSIZE, &few);
    an::output_file out(target);
    for (int line = 0; line < 100'000; ++line) out.stream() << "0.123456789\n";
    try {
      out.commit();
    } catch (const std::runtime_error& e) {
      return std::string(e.what()) == "anderson: writing " + target.string() + " failed (File too large)" ? 0 : 2;
    }
    return 1;
  });
  CHECK(status == 0);
  CHECK(content(target) == "old");
  CHECK(here.files() == 1);
}

TEST_CASE("output_file: a folder or a file that must not be written to is found at once, and stays") {
  const folder here;
  const fs::path shut = here.path / "shut", kept = here.path / "kept";
  fs::create_directory(shut);
  for (const fs::path& file : {shut / "a.csv", kept}) write(file, "old");
  ::chmod((shut / "a.csv").c_str(), 0666);
  ::chmod(kept.c_str(), 0444);
  ::chmod(shut.c_str(), 0555);
  ::chmod(here.path.c_str(), 0777);
  const int status = in_a_child([&] {
    if (::geteuid() == 0 && ::seteuid(65534) != 0) return 9;  // nothing stops root
    const auto refused = [](const fs::path& path) {
      try {
        an::output_file out(path);
      } catch (const std::invalid_argument& e) {
        const std::string message = e.what();
        return message.find(path.string()) != std::string::npos &&
               message.find("Permission denied") != std::string::npos;
      }
      return false;
    };
    return (refused(shut / "a.csv") ? 0 : 1) + (refused(shut / "new.csv") ? 0 : 2) + (refused(kept) ? 0 : 4);
  });
  CHECK(status == 0);
  CHECK(content(shut / "a.csv") == "old");
  CHECK(content(kept) == "old");
  CHECK(std::distance(fs::directory_iterator(shut), fs::directory_iterator()) == 1);
  CHECK(here.files() == 2);
  ::chmod(shut.c_str(), 0755);
}

TEST_CASE("output_file: what cannot take its place at the end is kept, and may try again") {
  const folder here;
  const fs::path target = here.path / "a.csv";
  fs::path part;
  {
    an::output_file out(target);
    part = out.part();
    out.stream() << "weeks of work";
    fs::create_directory(target);  // meanwhile
    CHECK_THROWS_WITH_AS(out.commit(), doctest::Contains(("what was written is in " + part.string()).c_str()),
                         std::runtime_error);
    CHECK(content(part) == "weeks of work");
    CHECK_THROWS_AS(out.commit(), std::runtime_error);
  }
  CHECK(content(part) == "weeks of work");
}

TEST_CASE("output_file: whenever a writer is killed, the file is one complete version") {
  const folder here;
  const fs::path target = here.path / "a.csv";
  write(target, "old");
  const auto killed = [&](int microseconds, const auto& work) {
    const pid_t child = ::fork();
    if (child == 0) {
      work();
      ::raise(SIGKILL);
    }
    REQUIRE(child > 0);
    if (microseconds > 0) {
      ::usleep(static_cast<useconds_t>(microseconds));
      ::kill(child, SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
  };
  killed(0, [&] {  // between write and rename
    an::output_file out(target);
    out.stream() << "half of the new";
    out.stream().flush();
    ::raise(SIGKILL);
  });
  CHECK(content(target) == "old");
  CHECK(here.files() == 2);  // what is left lies beside

  const std::size_t size = 300'000;
  write(target, std::string(size, 'a'));
  for (int k = 1; k <= 10; ++k) {
    killed(700 * k, [&] {
      for (char letter = 'a';; letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1)) {
        an::output_file out(target);
        out.stream() << std::string(size, letter);
        out.commit();
      }
    });
    const std::string now = content(target);
    CHECK(now.size() == size);
    CHECK(now.find_first_not_of(now[0]) == std::string::npos);
  }
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

TEST_CASE("output_file: a path without a name is rejected") {
  const folder here;
  const fs::path before = fs::current_path();
  fs::current_path(here.path);
  for (const char* path : {"", "a/", ".", "..", "./", "/"})
    CHECK_THROWS_AS(an::output_file{path}, std::invalid_argument);
  CHECK_THROWS_AS(an::output_file{std::string("a\0b", 3)}, std::invalid_argument);
  CHECK(here.empty());

  an::output_file out("a.csv");  // another folder later on does not matter
  out.stream() << "here";
  fs::current_path(before);
  out.commit();
  CHECK(content(here.path / "a.csv") == "here");
}

TEST_CASE("output_file: a name as long as the system allows is good, a longer one rejected like the others") {
  const folder here;
  an::output_file(here.path / std::string(255, 'a')).commit();
  CHECK(fs::exists(here.path / std::string(255, 'a')));
  CHECK_THROWS_AS(an::output_file{here.path / std::string(300, 'a')}, std::invalid_argument);
}

}  // namespace output_file_test
