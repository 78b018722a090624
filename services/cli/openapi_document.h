// `ayni openapi`: the API as an OpenAPI 3.1 document, as the JSON door serves it, made of the descriptors and
// their comments.
#ifndef AYNI_SERVICES_CLI_OPENAPI_DOCUMENT_H_
#define AYNI_SERVICES_CLI_OPENAPI_DOCUMENT_H_

#include <string>

#include "services/cli/commands.h"

namespace ayni::cli {

Command OpenApiCommand();

// JSON, indented, with a line feed at its end: the same bytes for the same API. Methods that take a stream
// are no part of it, since OpenAPI has no words for envelopes; the document says so.
std::string OpenApiDocument();

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_OPENAPI_DOCUMENT_H_
