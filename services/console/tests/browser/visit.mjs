// One person with one browser: a window of some width and language, and all that is wrong with what it shows.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// A key of the words, where its text should stand.
const words = join(dirname(fileURLToPath(import.meta.url)), "../../src/words/spa");
const keys = readdirSync(words).flatMap((file) => [...readFileSync(join(words, file), "utf8").matchAll(/^ {2}"([^"]+)":/gm)].map(([, key]) => key));

export class Visit {
  troubles = [];
  goesTo = []; // addresses of others that it may visit
  #shot = 0;

  static async begin({ browser, site, axe, width, language, shots, name, dark = false }) {
    const context = await browser.newContext({
      viewport: { width, height: width < 600 ? 844 : 900 },
      locale: language,
      colorScheme: dark ? "dark" : "light",
    });
    const visit = new Visit();
    Object.assign(visit, { context, site, axe, width, language, shots, name });
    visit.page = await context.newPage();
    visit.page.setDefaultTimeout(60_000);
    visit.page.on("pageerror", (error) => visit.troubles.push(`page: ${error.message}`));
    // A refused or cut call is logged by the browser itself; what breaks the content security policy is ours.
    visit.page.on("console", (message) => {
      if (/content security policy|refused to/i.test(message.text())) visit.troubles.push(`console: ${message.text()}`);
    });
    visit.page.on("request", (request) => {
      if (!visit.goesTo.some((url) => request.url().startsWith(url)) && !request.url().startsWith(visit.site.url)) visit.troubles.push(`a request to a third party: ${request.url()}`);
    });
    return visit;
  }

  get isEnglish() {
    return this.language === "en";
  }

  // The word of the language.
  word(spanish, english) {
    return this.isEnglish ? english : spanish;
  }

  async signIn(token) {
    await this.page.goto(this.site.url);
    await this.page.fill("#token", token);
    await this.shoot("sign-in");
    await this.page.press("#token", "Enter");
    await this.page.waitForSelector("main h1[tabindex]");
  }

  // Another person takes the window. Not where the application runs, which might be signing somebody in meanwhile.
  async leave() {
    await this.page.goto(`${this.site.url}/icon.svg`);
    await this.context.clearCookies();
  }

  async go(path) {
    await this.page.goto(`${this.site.url}/#/${path}`);
    await this.page.waitForSelector("main h1[tabindex]");
    await this.settled();
  }

  async settled() {
    await this.page.waitForFunction(() => document.querySelector("main .spinner") === null);
    await this.page.waitForTimeout(150);
  }

  // Nothing serious by axe-core, nothing wider than the window, and no word missing.
  async look(what) {
    await this.settled();
    const said = new Set((await this.page.locator("body").innerText()).split(/[\s:,()]+/));
    for (const key of keys) if (said.has(key)) this.troubles.push(`${what} has no text for ${key}`);
    const violations = await this.#violations();
    for (const { id, impact, html } of violations)
      if (impact === "serious" || impact === "critical") this.troubles.push(`axe on ${what}: ${id}: ${html}`);
    const wide = await this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 1) this.troubles.push(`${what} is ${wide} px wider than the window`);
    await this.shoot(what);
  }

  // By the debugger, which may evaluate what the page's policy forbids to the page.
  async #violations() {
    const session = await this.context.newCDPSession(this.page);
    await session.send("Runtime.evaluate", { expression: this.axe });
    const { result } = await session.send("Runtime.evaluate", {
      expression: `axe.run().then(({ violations }) => JSON.stringify(violations.map(({ id, impact, nodes }) => ({ id, impact, html: nodes[0].html.slice(0, 160) }))))`,
      awaitPromise: true,
      returnByValue: true,
    });
    await session.detach();
    return JSON.parse(result.value);
  }

  async shoot(what) {
    if (!this.shots) return;
    const file = `${this.width}-${this.language.slice(0, 2)}-${this.name}-${String(++this.#shot).padStart(2, "0")}-${what}.png`;
    await this.page.screenshot({ path: join(this.shots, file) });
  }

  async end() {
    await this.context.close();
  }
}
