// All needs of the market, page by page as they are wanted. They are not kept on the device as other answers are: there
// may be tens of thousands.
import type { Need } from "../../generated/ayni/v1/need_pb";
import { NeedService } from "../../generated/ayni/v1/need_service_pb";
import { reachable } from "../api/read.svelte";
import { refusalOf, type Refusal } from "../api/refusal";
import { binaryTransport } from "../api/transport";

export interface NeedFilter {
  service: string;
  chain: string;
  state: string;
  urgency: string;
}

// The comparisons of AIP-160; empty: all needs.
export function filterText({ service, chain, state, urgency }: NeedFilter): string {
  return [
    service && `service = "${service}"`,
    chain && `value_chain = "${chain}"`,
    state && `state = ${state}`,
    urgency && `urgency = ${urgency}`,
  ].filter(Boolean).join(" AND ");
}

const pageSize = 500;
export const needsMax = 50_000;

export class NeedPages {
  needs = $state.raw<Need[]>([]);
  whole = $state(false); // there are no more
  loading = $state(false);
  refusal = $state.raw<Refusal | undefined>();
  private pageToken = "";
  private ended = false;

  constructor(private readonly filter: NeedFilter) {}

  async next(): Promise<void> {
    if (this.loading || this.whole || this.ended) return;
    this.loading = true;
    this.refusal = undefined;
    try {
      const request = { parent: "cooperatives/-", filter: filterText(this.filter), pageSize, pageToken: this.pageToken };
      const { message } = await binaryTransport.unary(NeedService.method.listNeeds, undefined, undefined, undefined, request);
      if (this.ended) return;
      reachable.yes = true;
      this.needs = [...this.needs, ...message.needs];
      this.pageToken = message.nextPageToken;
      this.whole = message.nextPageToken === "" || this.needs.length >= needsMax;
    } catch (cause) {
      this.refusal = refusalOf(cause);
      reachable.yes = !this.refusal.unreachable;
    } finally {
      this.loading = false;
    }
  }

  async rest(): Promise<void> {
    while (!this.whole && !this.ended && this.refusal === undefined) {
      if (this.loading) await new Promise((resolve) => setTimeout(resolve, 50));
      else await this.next();
    }
  }

  end(): void {
    this.ended = true;
  }
}
