# cmake -D source=<file> -P check.cmake -- <compiler> <flags>...
#
# The file compiles as it is, so that the case itself is sound. With -DFAIL, one token apart, it does not, and every
# regular expression in its comments `// expect: <regex>` is found in the first lines of the diagnostics.

set(first_lines 25)

set(command "")
foreach(i RANGE ${CMAKE_ARGC})
  if(in_command)
    list(APPEND command ${CMAKE_ARGV${i}})
  elseif("${CMAKE_ARGV${i}}" STREQUAL "--")
    set(in_command TRUE)
  endif()
endforeach()

execute_process(COMMAND ${command} ${source} RESULT_VARIABLE status ERROR_VARIABLE text)
if(NOT status EQUAL 0)
  message("${text}")
  message(FATAL_ERROR "must compile without -DFAIL")
endif()

execute_process(COMMAND ${command} -DFAIL ${source} RESULT_VARIABLE status ERROR_VARIABLE text)
if(status EQUAL 0)
  message(FATAL_ERROR "must not compile with -DFAIL")
endif()
string(REPLACE "${source}" "case.cpp" text "${text}")  # the name of the file proves nothing
string(REPEAT "[^\n]*\n?" ${first_lines} pattern)
string(REGEX MATCH "^${pattern}" head "${text}")

file(STRINGS ${source} expectations REGEX "^// expect: ")
if(NOT expectations)
  message(FATAL_ERROR "no line `// expect: <regex>`")
endif()
foreach(expectation IN LISTS expectations)
  string(REGEX REPLACE "^// expect: " "" regex "${expectation}")
  if(NOT head MATCHES "${regex}")
    message("${text}")
    message(FATAL_ERROR "the first ${first_lines} lines do not say `${regex}`")
  endif()
endforeach()
message(STATUS "${head}")
