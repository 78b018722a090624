#include "tests/services/resource/whole_store.h"

#include <gtest/gtest.h>

#include <set>

#include "services/resource/admit.h"
#include "services/resource/record_keys.h"
#include "services/resource/store_view.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

void ExpectAdmissible(const ResourceType& type, std::string_view bytes, TestMarket* market) {
  const Kind& kind = KindOf(type.descriptor());
  std::unique_ptr<Message> record(kind.prototype.New());
  ASSERT_TRUE(record->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  const std::unique_ptr<Message> before(record->New());
  before->CopyFrom(*record);
  const FieldPath root;
  Violations violations;
  const IdSource no_id = [] { return ""; };
  const Caller nobody;
  StoreView view(market->store());
  const Admission admission{nobody, market->now(), no_id, view, root, root, root, &violations};
  AdmitRecord(kind, admission, before.get(), record.get());
  EXPECT_TRUE(violations.empty()) << violations.ToStatus() << record->DebugString();
}

}  // namespace

void ExpectWholeStore(TestMarket* market) {
  const auto snapshot = market->store().TakeSnapshot();
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  std::set<std::string> names;
  for (const ResourceType* type : ResourceType::All()) {
    const auto cursor = (*snapshot)->Scan(storage::KeyRange::Prefix(RecordKey(*type, "")));
    while (cursor->Next()) {
      ExpectAdmissible(*type, cursor->value(), market);
      names.insert(NameOfRecordKey(cursor->key()));
    }
    EXPECT_TRUE(cursor->status().ok()) << cursor->status();
  }
  const auto index = (*snapshot)->ScanIndex(storage::KeyRange::All());
  while (index->Next()) EXPECT_EQ(names.count(NameOfIndexKey(index->key())), 1u) << index->key();
}

}  // namespace ayni::services
