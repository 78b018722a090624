import "./base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { session } from "./api/session.svelte";
import { onSessionLost } from "./api/transport";
import { route } from "./route.svelte";
import { theme } from "./theme.svelte";
import { words } from "./words/words.svelte";
import { newVersion } from "./new_version.svelte";

onSessionLost(() => void session.lose());
theme.start();
route.listen();
void Promise.all([words.load(), session.resume()]).then(() => {
  const target = document.getElementById("app")!;
  target.replaceChildren();
  mount(App, { target });
  newVersion.watch();
});
