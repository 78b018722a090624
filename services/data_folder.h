// Where the market's data lie when nobody says otherwise: the server keeps them there, and the command line
// looks there for the administrator's token.
#ifndef AYNI_SERVICES_DATA_FOLDER_H_
#define AYNI_SERVICES_DATA_FOLDER_H_

#include <string>

namespace ayni::services {

// The folder of the XDG Base Directory Specification, from the values of XDG_DATA_HOME and HOME; empty where
// neither is set.
inline std::string DefaultDataFolder(const std::string& xdg_data_home, const std::string& home) {
  if (!xdg_data_home.empty()) return xdg_data_home + "/ayni";
  return home.empty() ? "" : home + "/.local/share/ayni";
}

}  // namespace ayni::services

#endif  // AYNI_SERVICES_DATA_FOLDER_H_
