// What gRPC and protobuf have to say goes to the server's log too, so that every line on stderr is JSON.
#ifndef AYNI_SERVICES_SERVER_LIBRARY_LOGS_H_
#define AYNI_SERVICES_SERVER_LIBRARY_LOGS_H_

#include "services/log.h"

namespace ayni::services {

// For the whole process, until another log takes its place; null: what is said is lost. `log` must live as
// long.
void SendLibraryLogsTo(const Log* log);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_LIBRARY_LOGS_H_
