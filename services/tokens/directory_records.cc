#include "services/tokens/directory_records.h"

#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/access_service.pb.h"
#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"
#include "services/resource/stored.h"

namespace ayni::services {
namespace {

template <typename Record>
absl::Status Load(const storage::Snapshot& snapshot, Directory* directory) {
  const auto range = storage::KeyRange::Prefix(RecordKey(ResourceType::Of<Record>(), ""));
  const std::unique_ptr<storage::Cursor> cursor = snapshot.Scan(range);
  while (cursor->Next()) {
    Record record;
    const std::string_view bytes = cursor->value();
    if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return absl::DataLossError(absl::StrCat(NameOfRecordKey(cursor->key()), " can't be read back"));
    }
    directory->Put(record);
  }
  return cursor->status();
}

class DirectoryKeeper {
 public:
  DirectoryKeeper(const storage::Store* store, Directory* directory) : store_(store), directory_(directory) {}

  // Reads the principal, token or identity again, and puts what is stored now into the directory.
  absl::Status Refresh(const std::string& name) {
    // Whoever reads later, and so reads what is newer, also puts it later.
    const std::lock_guard lock(mutex_);
    absl::Status status = absl::StrContains(name, "/tokens/")       ? Refresh<v1::Token>(name)
                          : absl::StrContains(name, "/identities/") ? Refresh<v1::Identity>(name)
                                                                    : Refresh<v1::Principal>(name);
    // What can't be read might have been revoked.
    if (!status.ok()) directory_->Erase(name);
    return status;
  }

 private:
  template <typename Record>
  absl::Status Refresh(const std::string& name) {
    const absl::StatusOr<StoredRecord> stored = ReadRecord(*store_, ResourceType::Of<Record>(), name);
    if (!stored.ok()) return stored.status();
    if (stored->record == nullptr) {
      directory_->Erase(name);
    } else {
      directory_->Put(static_cast<const Record&>(*stored->record));
    }
    return absl::OkStatus();
  }

  const storage::Store* const store_;
  Directory* const directory_;
  std::mutex mutex_;
};

// Of the principal, token or identity that a call changed.
using ChangedName = std::string (*)(const Message& request, const Message& answer);

MethodFunction KeptInStep(MethodFunction run, std::shared_ptr<DirectoryKeeper> keeper,
                          ChangedName changed_name) {
  return [run = std::move(run), keeper = std::move(keeper), changed_name](
             std::shared_ptr<const Call> call, std::shared_ptr<const Requests> requests, Reply reply) {
    Reply refresh_and_reply = [keeper, requests, changed_name,
                               reply = std::move(reply)](absl::StatusOr<std::unique_ptr<Message>> answer) {
      if (answer.ok()) {
        absl::Status refreshed = keeper->Refresh(changed_name(*requests->front(), **answer));
        if (!refreshed.ok()) return reply(std::move(refreshed));
      }
      reply(std::move(answer));
    };
    run(std::move(call), requests, std::move(refresh_and_reply));
  };
}

}  // namespace

absl::Status LoadDirectory(const storage::Store& store, Directory* directory) {
  const absl::StatusOr<std::unique_ptr<storage::Snapshot>> snapshot = store.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  absl::Status loaded = Load<v1::Principal>(**snapshot, directory);
  if (loaded.ok()) loaded = Load<v1::Token>(**snapshot, directory);
  if (loaded.ok()) loaded = Load<v1::Identity>(**snapshot, directory);
  return loaded;
}

void KeepDirectory(const storage::Store* store, Directory* directory, MethodTable* table) {
  const auto keeper = std::make_shared<DirectoryKeeper>(store, directory);
  const auto keep = [&](const char* method, ChangedName changed_name) {
    table->Wrap(absl::StrCat("ayni.v1.AccessService/", method),
                [&](MethodFunction run) { return KeptInStep(std::move(run), keeper, changed_name); });
  };
  keep("CreatePrincipal", [](const Message&, const Message& answer) {
    return static_cast<const v1::Principal&>(answer).name();
  });
  keep("ApprovePrincipal", [](const Message&, const Message& answer) {
    return static_cast<const v1::Principal&>(answer).name();
  });
  keep("DeletePrincipal", [](const Message& request, const Message&) {
    return static_cast<const v1::DeletePrincipalRequest&>(request).name();
  });
  keep("DisablePrincipal", [](const Message&, const Message& answer) {
    return static_cast<const v1::Principal&>(answer).name();
  });
  keep("CreateToken", [](const Message&, const Message& answer) {
    return static_cast<const v1::CreateTokenResponse&>(answer).token().name();
  });
  keep("ApproveToken",
       [](const Message&, const Message& answer) { return static_cast<const v1::Token&>(answer).name(); });
  keep("RevokeToken",
       [](const Message&, const Message& answer) { return static_cast<const v1::Token&>(answer).name(); });
  keep("CreateIdentity",
       [](const Message&, const Message& answer) { return static_cast<const v1::Identity&>(answer).name(); });
  keep("ApproveIdentity",
       [](const Message&, const Message& answer) { return static_cast<const v1::Identity&>(answer).name(); });
  keep("DeleteIdentity", [](const Message& request, const Message&) {
    return static_cast<const v1::DeleteIdentityRequest&>(request).name();
  });
}

}  // namespace ayni::services
