#include "services/resource/name_likeness.h"

#include <gtest/gtest.h>

namespace ayni::services {
namespace {

int Likeness(const char* a, const char* b, int least = 0) {
  return LikenessPerMille(NormalName(a), NormalName(b), least);
}

TEST(NameLikeness, NormalFormLosesCaseAccentsFormsAndOrder) {
  EXPECT_EQ(NormalName("Agroindustrias Ñusta S.A.C."), "agroindustrias nusta");
  EXPECT_EQ(NormalName("AGROINDUSTRIAS NUSTA SOCIEDAD ANÓNIMA CERRADA"), "agroindustrias nusta");
  EXPECT_EQ(NormalName("Nusta  Agroindustrias, S. A. C."), "agroindustrias nusta");
  EXPECT_EQ(NormalName("Pérez Quispe, Juan"), NormalName("Juan Perez Quispe"));
  EXPECT_EQ(NormalName("D\xE2\x80\x99Onofrio & Cía"), "cia d onofrio");
  EXPECT_EQ(NormalName("D'Onofrio"), "donofrio");
  EXPECT_EQ(NormalName("S.A."), "sa");
  EXPECT_EQ(NormalName("..."), "");
  EXPECT_EQ(NormalName("Jose\xCC\x81"), "jose");
  EXPECT_EQ(NormalName("\xE5\x85\xAC\xE5\x8F\xB8"), "\xE5\x85\xAC\xE5\x8F\xB8");
  EXPECT_LE(NormalName(std::string(150, 'a') + " " + std::string(150, 'b')).size(), kNormalNameBytesMax);
}

TEST(NameLikeness, IsAThousandLessTheShareOfEditedBytes) {
  EXPECT_EQ(Likeness("Agro Andes SAC", "AGRO ANDES S.R.L."), 1000);
  EXPECT_EQ(Likeness("abcdefghij", "abcdefghix"), 900);
  EXPECT_EQ(Likeness("abcdefghij", "abcdefghi"), 900);
  EXPECT_EQ(Likeness("abcdefg", "abcdefx"), 857);
  EXPECT_EQ(Likeness("abcdefg", "abcdefx", 858), 0);
  EXPECT_EQ(Likeness("abc", "xyz"), 0);
  EXPECT_EQ(Likeness("Huatto Alimentos", "Minera Lejana", 850), 0);
}

TEST(NameLikeness, NumbersAndLettersTellNamesOfASeriesApart) {
  EXPECT_EQ(Likeness("Nucleo Agrario 3", "Nucleo Agrario 4"), 0);
  EXPECT_EQ(Likeness("Company A", "Company B"), 0);
  EXPECT_EQ(Likeness("Nucleo Agrario 3", "NUCLEO AGRARIO 3 E.I.R.L."), 1000);
}

TEST(NameLikeness, IsTheSameEitherWay) {
  EXPECT_EQ(Likeness("Cooperativa San Juan", "Coperativa San Juan"),
            Likeness("Coperativa San Juan", "Cooperativa San Juan"));
}

}  // namespace
}  // namespace ayni::services
