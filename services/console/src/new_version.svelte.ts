// The service worker that keeps the application at hand without a network, and the news of a newer one.
class NewVersion {
  waits = $state(false);
  private waiting: ServiceWorker | null = null;

  watch(): void {
    if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
    void navigator.serviceWorker.register("./worker.js").then((registration) => {
      if (registration === undefined) return; // a browser that is told to have none
      const look = (): void => {
        this.waiting = registration.waiting;
        this.waits = registration.waiting !== null && registration.active !== null;
      };
      look();
      registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
    }, () => undefined); // without one all works, with a network
  }

  takeOver(): void {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    this.waiting?.postMessage("take over");
  }
}

export const newVersion = new NewVersion();
