// doctor: is all well with the server that one talks to?
#ifndef AYNI_SERVICES_CLI_DOCTOR_H_
#define AYNI_SERVICES_CLI_DOCTOR_H_

#include "services/cli/commands.h"

namespace ayni::cli {

Command DoctorCommand();

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_DOCTOR_H_
