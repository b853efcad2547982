/**
 * Socket.IO as its documentation shows a chat room: in memory, nothing stored, WebSocket only, no
 * compression. Runs in Node, where Socket.IO is at home.
 */
import { createServer } from "node:http";
import process from "node:process";
import { Server } from "socket.io";

const http = createServer((_request, response) => response.end("ready"));
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false });

io.on("connection", (socket) => {
  socket.join("room");
  socket.emit("ready");
  socket.on("send", (message, acknowledge) => {
    acknowledge({ ok: true });
    io.to("room").emit("message", message);
  });
});

http.listen(Number(process.env.PORT), "127.0.0.1");
