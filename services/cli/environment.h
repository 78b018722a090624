// What a command finds around it, handed in by main so that tests can hand in their own.
#ifndef AYNI_SERVICES_CLI_ENVIRONMENT_H_
#define AYNI_SERVICES_CLI_ENVIRONMENT_H_

#include <functional>
#include <istream>
#include <ostream>
#include <string>

namespace ayni::cli {

struct Environment {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  // Columns of the terminal that `out` is; 0 where it is none. Tables are cut to it.
  int out_width = 0;
  // Whether `err` is a terminal.
  bool err_is_terminal = false;
  // False on what is no terminal, with NO_COLOR, and with TERM=dumb.
  bool colour = false;
  // The value of an environment variable; empty where it is not set.
  std::function<std::string(const std::string&)> variable;
};

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_ENVIRONMENT_H_
