// The tables of a fairness page, with a picture each.
#ifndef AYNI_SERVICES_PAGE_FAIRNESS_TABLES_H_
#define AYNI_SERVICES_PAGE_FAIRNESS_TABLES_H_

#include <string>
#include <vector>

#include "ayni/v1/fairness.pb.h"
#include "services/page/fairness_words.h"
#include "services/page/naming.h"

namespace ayni::page {

// Of places, of which there are many: folded, and without a picture.
bool IsLongTable(v1::FairnessDimension dimension);

// A title that leads to its definition.
std::string DefinedTitle(const char* id, const Words& title, Language language);

// Not thread-safe.
class FairnessTables {
 public:
  // REQUIRES: the report and the naming outlive it.
  FairnessTables(const v1::FairnessReport& report, Language language, const Naming& naming)
      : report_(report), language_(language), naming_(naming) {}

  // All of needs, or all of TAPs.
  std::string Html(bool of_needs);

  // What lists the matches behind each row so far, which leads to #m1, #m2...
  const std::vector<std::string>& commands() const { return commands_; }

 private:
  using Cells = std::vector<const v1::FairnessCell*>;

  const char* In(const char* english, const char* spanish) const {
    return Words{english, spanish}.In(language_);
  }
  void Add(const std::string& html) { html_ += html; }
  void AddTable(const v1::FairnessTable& table);
  void AddPicture(const std::string& title, v1::FairnessDimension dimension, const Cells& cells);
  void AddRows(v1::FairnessDimension dimension, const Cells& cells);
  void AddRow(v1::FairnessDimension dimension, const v1::FairnessCell& cell);
  std::string Verdict(v1::FourFifths verdict) const;

  const v1::FairnessReport& report_;
  const Language language_;
  const Naming& naming_;
  std::string html_;
  std::vector<std::string> commands_;
};

}  // namespace ayni::page

#endif  // AYNI_SERVICES_PAGE_FAIRNESS_TABLES_H_
