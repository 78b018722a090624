// What a store counts of its commits, as figures for operators.
#ifndef AYNI_SERVICES_SERVER_STORE_FIGURES_H_
#define AYNI_SERVICES_SERVER_STORE_FIGURES_H_

#include <vector>

#include "services/figures.h"
#include "storage/store.h"

namespace ayni::services {

std::vector<FigureFamily> StoreFigures(const storage::Store& store);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SERVER_STORE_FIGURES_H_
