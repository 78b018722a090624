// One verification of a bundle: where it is from, what was found so far, and what it comes to.
import { toBinary } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { AuditService } from "../../generated/ayni/v1/audit_service_pb";
import { RoundBundleSchema } from "../../generated/ayni/v1/bundle_pb";
import { refusalOf, type Refusal } from "../api/refusal";
import { transport } from "../api/transport";
import { signedBy, type SignedBy } from "./ed25519";
import type { Finding } from "./finding";
import type { Asked, Told } from "./verify_worker";

export class Verification {
  of = $state(""); // the file, or the round
  fetched = $state(0); // parts of the bundle, of so many
  partCount = $state(0);
  running = $state(false);
  findings = $state.raw<Finding[]>([]);
  refusal = $state.raw<Refusal | undefined>();
  broken = $state(false); // the browser gave up: too little memory, as a rule
  done = $state(false);
  milliseconds = $state(0);
  by = $state<SignedBy | undefined>();
  private worker: Worker | undefined;
  private turn = 0;

  get right(): boolean {
    return this.done && this.findings.every(({ right }) => right);
  }

  get wrong(): Finding[] {
    return this.findings.filter(({ right }) => !right);
  }

  async ofFile(file: File, key: string): Promise<void> {
    const turn = this.begin(file.name);
    const bytes = await file.arrayBuffer();
    if (turn === this.turn) this.run({ file: bytes, key }, [bytes]);
  }

  async ofRound(name: string, key: string): Promise<void> {
    const turn = this.begin(name.replace(/^rounds\//, ""));
    try {
      const audit = createClient(AuditService, transport);
      const parts: ArrayBuffer[] = [];
      do {
        const { part, partCount } = await audit.readRoundBundle({ name, part: parts.length });
        if (turn !== this.turn) return;
        parts.push((toBinary(RoundBundleSchema, part!) as Uint8Array<ArrayBuffer>).slice().buffer);
        this.partCount = partCount;
        this.fetched = parts.length;
      } while (parts.length < this.partCount);
      this.run({ parts, key }, parts);
    } catch (cause) {
      if (turn !== this.turn) return;
      this.refusal = refusalOf(cause);
      this.running = false;
    }
  }

  stop(): void {
    ++this.turn;
    this.worker?.terminate();
    this.worker = undefined;
    this.running = false;
  }

  private begin(of: string): number {
    this.stop();
    Object.assign(this, { of, fetched: 0, partCount: 0, running: true, findings: [], refusal: undefined, broken: false, done: false });
    void signedBy().then((by) => (this.by = by));
    return this.turn;
  }

  private run(asked: Asked, moved: ArrayBuffer[]): void {
    const start = performance.now();
    const worker = new Worker(new URL("./verify_worker.ts", import.meta.url), { type: "module" });
    this.worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Told>) => {
      if ("finding" in data) {
        this.findings = [...this.findings, data.finding];
        return;
      }
      this.milliseconds = performance.now() - start;
      this.done = true;
      this.stop();
    };
    worker.onerror = () => {
      this.broken = true;
      this.stop();
    };
    worker.postMessage(asked, moved);
  }
}
