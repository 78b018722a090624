#include "services/rules/codes.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/resource/territory_name.h"
#include "services/rules/vague.h"

namespace ayni::services {
namespace {

TEST(Ruc, TakesRealNumbersAndRefusesEverySingleMistypedDigit) {
  // SUNAT's own, the Banco de la Nacion's, and Petroleos del Peru's.
  for (const std::string ruc : {"20131312955", "20100030595", "20100128218"}) {
    EXPECT_EQ(WrongRuc(ruc), "");
    for (size_t i = 2; i < ruc.size(); ++i) {
      for (char digit = '0'; digit <= '9'; ++digit) {
        std::string mistyped = ruc;
        mistyped[i] = digit;
        EXPECT_EQ(WrongRuc(mistyped).empty(), digit == ruc[i]) << mistyped;
      }
    }
  }
  EXPECT_NE(WrongRuc("2013131295"), "");
  EXPECT_NE(WrongRuc("30131312955"), "");
}

TEST(Lei, TakesRealNumbersAndRefusesEveryNeighbouringSwap) {
  const std::string lei = "5493001KJTIIGC8Y1R12";
  EXPECT_EQ(WrongLei(lei), "");
  for (size_t i = 0; i + 1 < lei.size(); ++i) {
    std::string swapped = lei;
    std::swap(swapped[i], swapped[i + 1]);
    EXPECT_EQ(WrongLei(swapped).empty(), swapped == lei) << swapped;
  }
  EXPECT_NE(WrongLei("5493001kjtiigc8y1r12"), "");
}

TEST(Dni, KeepsLeadingZeros) {
  EXPECT_EQ(WrongDni("01234567"), "");
  EXPECT_NE(WrongDni("1234567"), "");
  EXPECT_NE(WrongDni("1234567a"), "");
}

TEST(Language, SuggestsParticularOnesForAMacrolanguage) {
  for (const char* language : {"quz", "quy", "qwh", "ayr", "spa", "por", "gug"})
    EXPECT_EQ(WrongLanguage(language), "");
  EXPECT_TRUE(absl::StrContains(WrongLanguage("que"), "quz"));
  EXPECT_TRUE(absl::StrContains(WrongLanguage("aym"), "ayr"));
  EXPECT_TRUE(absl::StrContains(WrongLanguage("es"), "use spa"));
  for (const char* wrong : {"", "QUZ", "qu", "quzz", "qaa", "und", "qu1"})
    EXPECT_NE(WrongLanguage(wrong), "") << wrong;
}

TEST(Currency, TakesCodesInUseOnly) {
  for (const char* currency : {"PEN", "BOB", "BRL", "USD", "AED", "ZWG"})
    EXPECT_EQ(WrongCurrency(currency), "");
  for (const char* wrong : {"", "pen", "PE", "XXX", "SOL"}) EXPECT_NE(WrongCurrency(wrong), "") << wrong;
}

TEST(Phone, IsE164) {
  EXPECT_EQ(WrongPhone("+51984123456"), "");
  for (const char* wrong :
       {"", "51984123456", "+51 984123456", "+123456", "+1234567890123456", "+0984123456"}) {
    EXPECT_NE(WrongPhone(wrong), "") << wrong;
  }
}

TEST(Email, HasALocalPartAndADomain) {
  EXPECT_EQ(WrongEmail("nombre.apellido@coop-puno.org.pe"), "");
  for (const char* wrong : {"", "@", "a@b", "a b@c.pe", "a@.pe", "a@b..pe", "a@b.p", "ana@correo.pe>"}) {
    EXPECT_NE(WrongEmail(wrong), "") << wrong;
  }
}

TEST(AgrovocId, IsAConcept) {
  EXPECT_EQ(WrongAgrovocId("c_304"), "");
  EXPECT_EQ(WrongAgrovocId("c_9001030"), "");
  for (const char* wrong : {"", "304", "c_", "http://aims.fao.org/aos/agrovoc/c_304"}) {
    EXPECT_NE(WrongAgrovocId(wrong), "") << wrong;
  }
}

TEST(TerritoryName, AsksForTheSchemeOfABareUbigeo) {
  EXPECT_EQ(WrongTerritoryName("territories/inei.080601"), "");
  EXPECT_EQ(WrongTerritoryName("territories/iso3166.pe-cus"), "");
  for (const char* bare : {"080601", "territories/080601"}) {
    const std::string wrong = WrongTerritoryName(bare);
    EXPECT_TRUE(absl::StrContains(wrong, "territories/inei.080601")) << wrong;
    EXPECT_TRUE(absl::StrContains(wrong, "territories/reniec.080601")) << wrong;
  }
  for (const char* other :
       {"", "inei.080601", "territories/inei.80601", "territories/iso3166.PE", "territories/"}) {
    EXPECT_NE(WrongTerritoryName(other), "") << other;
  }
}

TEST(Vague, NamesWhatAnyOfferCouldSay) {
  for (const char* vague : {"General advice", "asesoría en general", "Asistencia técnica de calidad",
                            "assistência técnica geral", "help with everything", "............"}) {
    EXPECT_TRUE(IsVague(vague)) << vague;
  }
  for (const char* telling : {"Dosed animals and a signed record", "Animales dosificados y ficha firmada",
                              "Written business plan", "Uywakuna hampisqa"}) {
    EXPECT_FALSE(IsVague(telling)) << telling;
  }
}

}  // namespace
}  // namespace ayni::services
