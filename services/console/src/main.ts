import "./base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { session } from "./api/session.svelte";
import { route } from "./route.svelte";
import { theme } from "./theme.svelte";
import { words } from "./words/words.svelte";
import { newVersion } from "./new_version.svelte";

theme.start();
route.listen();
void Promise.all([words.load(), session.resume()]).then(() => {
  mount(App, { target: document.getElementById("app")! });
  newVersion.watch();
});
