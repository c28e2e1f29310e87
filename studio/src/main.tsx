/** Starts the page. */
import { render } from "preact";
import "./style.css";
import { App } from "./app.tsx";
import { arrive } from "./arrival.ts";
import { start } from "./state/view.ts";

start();
arrive();
render(<App />, document.getElementById("studio") as HTMLElement);
