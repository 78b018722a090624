// Limits of a policy as people read them.
import { TerritoryLevel } from "../../generated/ayni/v1/catalogue_pb";
import { ControllerLevel, type Limit } from "../../generated/ayni/v1/policy_pb";
import { shareText } from "../words/format";
import { t, type Key } from "../words/words.svelte";

const controllers: Record<ControllerLevel, Key> = {
  [ControllerLevel.UNSPECIFIED]: "limit.of.tap",
  [ControllerLevel.TAP]: "limit.of.tap",
  [ControllerLevel.OWNERSHIP_GROUP]: "limit.of.group",
  [ControllerLevel.SUPPLIER]: "limit.of.supplier",
  [ControllerLevel.BRAND]: "limit.of.brand",
  [ControllerLevel.FUNDER]: "limit.of.funder",
};
const levels: Record<TerritoryLevel, Key> = {
  [TerritoryLevel.UNSPECIFIED]: "level.country",
  [TerritoryLevel.COUNTRY]: "level.country",
  [TerritoryLevel.DEPARTMENT]: "level.department",
  [TerritoryLevel.PROVINCE]: "level.province",
  [TerritoryLevel.DISTRICT]: "level.district",
};

// As '40 % for a provider, by province'.
export function limitText(limit: Limit): string {
  return t("limit.text", { share: shareText(limit.shareBasisPoints), who: t(controllers[limit.controllerLevel]), where: t(levels[limit.territoryLevel]) });
}
