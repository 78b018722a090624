// The methods of NoticeService that are not standard: secrets of webhooks, and notices that are tried again.
#ifndef AYNI_SERVICES_NOTICE_NOTICE_METHODS_H_
#define AYNI_SERVICES_NOTICE_NOTICE_METHODS_H_

#include "services/method.h"
#include "services/notice/channels.h"
#include "storage/store.h"

namespace ayni::services {

// Also has CreateSubscription and UpdateSubscription refuse what `channels` can't reach.
// REQUIRES: the store outlives every call; AddResourceMethods was called.
void AddNoticeMethods(storage::Store* store, const NoticeChannels& channels, MethodTable* table);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_NOTICE_NOTICE_METHODS_H_
