# anderson::precompiled, a static library in the user's build, with the user's flags; built when something links it.
if(NOT TARGET anderson_precompiled)
  add_library(anderson_precompiled STATIC EXCLUDE_FROM_ALL
    ${CMAKE_CURRENT_LIST_DIR}/double.cpp ${CMAKE_CURRENT_LIST_DIR}/float.cpp ${CMAKE_CURRENT_LIST_DIR}/long_double.cpp)
  add_library(anderson::precompiled ALIAS anderson_precompiled)
  target_link_libraries(anderson_precompiled PUBLIC anderson::anderson)
  target_compile_definitions(anderson_precompiled PUBLIC ANDERSON_PRECOMPILED)
  set_target_properties(anderson_precompiled PROPERTIES UNITY_BUILD OFF
    POSITION_INDEPENDENT_CODE ON)  # it may go into a shared library, as a module of Python
endif()
