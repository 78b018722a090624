// Light or dark: as the device has it, or as the person chose.
type Theme = "light" | "dark";
const storageKey = "ayni-theme";

class CurrentTheme {
  now = $state<Theme>("light");

  start(): void {
    const device = matchMedia("(prefers-color-scheme: dark)");
    const kept = localStorage.getItem(storageKey);
    const apply = (): void => this.show(kept === "light" || kept === "dark" ? kept : device.matches ? "dark" : "light");
    device.addEventListener("change", () => localStorage.getItem(storageKey) === null && apply());
    apply();
  }

  switch(): void {
    this.show(this.now === "dark" ? "light" : "dark");
    localStorage.setItem(storageKey, this.now);
  }

  private show(theme: Theme): void {
    this.now = theme;
    document.documentElement.dataset.theme = theme;
  }
}

export const theme = new CurrentTheme();
