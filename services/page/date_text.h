// A date as people and programs write it.
#ifndef AYNI_SERVICES_PAGE_DATE_TEXT_H_
#define AYNI_SERVICES_PAGE_DATE_TEXT_H_

#include <string>

#include "absl/strings/str_format.h"
#include "google/type/date.pb.h"

namespace ayni::page {

// 2026-12-01.
inline std::string DateText(const google::type::Date& date) {
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

}  // namespace ayni::page

#endif  // AYNI_SERVICES_PAGE_DATE_TEXT_H_
