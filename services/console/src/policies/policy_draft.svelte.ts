// A policy while it is edited: by its form and as text, and what the market says of it.
import { clone, create } from "@bufbuild/protobuf";
import { SvelteSet } from "svelte/reactivity";
import { PolicySchema, type Policy } from "../../generated/ayni/v1/policy_pb";
import { PolicyService } from "../../generated/ayni/v1/policy_service_pb";
import { Act, type Acted } from "../api/act";
import { violationsOf, type Refusal } from "../api/refusal";
import { wrongWith } from "../api/write.svelte";
import { t } from "../words/words.svelte";

const pauseMs = 600; // after the last letter, before the market is asked

export class PolicyDraft {
  policy: Policy = $state(create(PolicySchema));
  readonly unread = new SvelteSet<string>(); // fields whose text is no value
  refusal = $state.raw<Refusal | undefined>();
  checking = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private turn = 0;
  private readonly act = new Act();

  // `id`: of a new one. A stored draft has its name and etag.
  constructor(policy: Policy, readonly isNew: boolean) {
    this.policy = clone(PolicySchema, policy);
  }

  get plain(): Policy {
    return $state.snapshot(this.policy) as Policy;
  }

  put(message: object, name: string, value: unknown): void {
    (message as Record<string, unknown>)[name] = value;
    this.changed();
  }

  replace(policy: Policy): void {
    const { name, etag } = this.policy;
    this.policy = { ...policy, name, etag };
    this.unread.clear();
    this.changed();
  }

  changed(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.check(), pauseMs);
  }

  async check(): Promise<void> {
    const turn = ++this.turn;
    this.checking = true;
    const found = this.isNew
      ? await wrongWith(PolicyService.method.createPolicy, { policy: this.plain })
      : await wrongWith(PolicyService.method.updatePolicy, { policy: this.plain, updateMask: { paths: ["*"] } });
    if (turn !== this.turn) return;
    this.refusal = found;
    this.checking = false;
  }

  async save(id: string): Promise<Acted<Policy>> {
    clearTimeout(this.timer);
    ++this.turn;
    const acted = this.isNew
      ? await this.act.run(PolicyService.method.createPolicy, { policy: this.plain, policyId: id })
      : await this.act.run(PolicyService.method.updatePolicy, { policy: this.plain, updateMask: { paths: ["*"] } });
    this.refusal = acted.kind === "refused" ? acted.refusal : undefined;
    return acted;
  }

  wrong(path: string): string[] {
    return violationsOf(this.refusal, "policy", path).map((description) => (description === "is required" ? t("pol.required") : description));
  }
}

// Paths as the form has them, without the request's `policy.`.
export function pathInPolicy(field: string): string {
  return field.replace(/^policy\./, "");
}
