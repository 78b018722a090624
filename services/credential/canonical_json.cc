#include "services/credential/canonical_json.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"

namespace ayni::services {
namespace {

using Json = nlohmann::json;

constexpr int64_t kIntegerMax = (int64_t{1} << 53) - 1;

// Builds the value, and stops at the first thing that could be read in two ways.
class StrictReader : public nlohmann::json_sax<Json> {
 public:
  Json TakeRoot() { return std::move(root_); }
  const std::string& wrong() const { return wrong_; }

  bool null() override { return Put(nullptr); }
  bool boolean(bool value) override { return Put(value); }
  bool number_integer(number_integer_t value) override {
    return value < -kIntegerMax ? Refuse("a number is too small") : Put(value);
  }
  bool number_unsigned(number_unsigned_t value) override {
    return value > static_cast<uint64_t>(kIntegerMax) ? Refuse("a number is too large") : Put(value);
  }
  bool number_float(number_float_t, const string_t& text) override {
    return Refuse(absl::StrCat(text, " is no integer"));
  }
  bool string(string_t& value) override { return Put(std::move(value)); }
  bool binary(binary_t&) override { return Refuse("has bytes"); }
  bool start_object(std::size_t) override { return Open(Json::object()); }
  bool key(string_t& name) override {
    if (!names_.back().insert(name).second) return Refuse(absl::StrCat("has ", name, " twice"));
    name_ = std::move(name);
    return true;
  }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override { return Open(Json::array()); }
  bool end_array() override { return Close(); }
  bool parse_error(std::size_t position, const std::string&, const Json::exception&) override {
    return Refuse(absl::StrCat("is no JSON from byte ", position, " on"));
  }

 private:
  bool Refuse(std::string why) {
    wrong_ = std::move(why);
    return false;
  }
  Json* Add(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& holder = *open_.back();
    if (holder.is_object()) return &(holder[name_] = std::move(value));
    holder.push_back(std::move(value));
    return &holder.back();
  }
  bool Put(Json value) {
    Add(std::move(value));
    return true;
  }
  bool Open(Json empty) {
    if (open_.size() >= kJsonDepthMax)
      return Refuse(absl::StrCat("is nested deeper than ", kJsonDepthMax, " levels"));
    open_.push_back(Add(std::move(empty)));
    names_.emplace_back();
    return true;
  }
  bool Close() {
    open_.pop_back();
    names_.pop_back();
    return true;
  }

  Json root_;
  std::vector<Json*> open_;  // from the outermost to the innermost: a holder does not move while it is open
  std::vector<std::set<std::string>> names_;
  std::string name_;
  std::string wrong_;
};

// Of UTF-8: the order of bytes is that of code points, from which that of UTF-16 differs above U+FFFF.
std::u16string Utf16(const std::string& text) {
  std::u16string units;
  for (size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const int more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    uint32_t point = more == 0 ? lead : lead & (0x3f >> more);
    for (int i = 1; i <= more; ++i) point = point << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3f);
    at += more + 1;
    if (point < 0x10000) {
      units += static_cast<char16_t>(point);
    } else {
      units += static_cast<char16_t>(0xd800 + ((point - 0x10000) >> 10));
      units += static_cast<char16_t>(0xdc00 + ((point - 0x10000) & 0x3ff));
    }
  }
  return units;
}

void Append(const Json& json, std::string* text) {
  if (json.is_array()) {
    *text += '[';
    for (size_t at = 0; at < json.size(); ++at) {
      if (at > 0) *text += ',';
      Append(json[at], text);
    }
    *text += ']';
  } else if (json.is_object()) {
    std::vector<std::pair<std::u16string, Json::const_iterator>> members;
    for (auto member = json.begin(); member != json.end(); ++member)
      members.emplace_back(Utf16(member.key()), member);
    std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    *text += '{';
    for (size_t at = 0; at < members.size(); ++at) {
      if (at > 0) *text += ',';
      Append(members[at].second.key(), text);
      *text += ':';
      Append(members[at].second.value(), text);
    }
    *text += '}';
  } else {
    // Escapes what RFC 8785 does, and as it does: " \ and control characters, shortly where there is a way.
    *text += json.dump();
  }
}

}  // namespace

std::optional<nlohmann::json> ParseStrictJson(std::string_view text, std::string* wrong) {
  StrictReader reader;
  if (Json::sax_parse(text.begin(), text.end(), &reader)) return reader.TakeRoot();
  *wrong = reader.wrong();
  return std::nullopt;
}

std::string CanonicalJson(const nlohmann::json& json) {
  std::string text;
  Append(json, &text);
  return text;
}

}  // namespace ayni::services
