/**
 * The floor to compare with: a bare Deno WebSocket server. It answers each text frame with a small
 * acknowledgement and sends it to every connection, one send for each. Idle, it shows what a
 * connection costs in Deno itself.
 */

const connections = new Set<WebSocket>();

Deno.serve(
  { port: Number(Deno.env.get("PORT")), hostname: "127.0.0.1", onListen() {} },
  (request) => {
    if (request.headers.get("upgrade") !== "websocket") return new Response("ready");
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => {
      connections.add(socket);
      socket.send(`{"ready":true}`);
    };
    socket.onclose = () => connections.delete(socket);
    socket.onmessage = (event) => {
      socket.send(`{"ok":true}`);
      for (const connection of connections) connection.send(event.data);
    };
    return response;
  },
);
