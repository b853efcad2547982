/** The widget's frame: where a visitor of another site writes. */
import { render } from "preact";
import "./frame.css";

render(<main />, document.getElementById("frame")!);
