/** Channels: where topics are spoken of. */

/** Bits of a topic that spread it over the slots of a cluster. */
const tags = 256;
const prefix = "patter:";

/**
 * The sharded channel of a topic. In a cluster one command may name channels of one slot only; with a
 * slot for each topic, thousands of topics would take thousands of commands.
 */
export function channelOf(topic: string): string {
  return `${prefix}{${shardOf(topic, tags)}}:${topic}`;
}

/** The topic of such a channel, if it is one. */
export function topicOf(channel: string): string {
  return channel.slice(channel.indexOf(":", prefix.length) + 1);
}

/** The channel that many topics share. */
export function sharedChannelOf(shard: number): string {
  return `${prefix}${shard}`;
}

/** Which of so many shards a topic is in. */
export function shardOf(topic: string, shards: number): number {
  // FNV-1a.
  let hash = 0x811c9dc5;
  for (let place = 0; place < topic.length; place++) {
    hash = Math.imul(hash ^ topic.charCodeAt(place), 0x01000193);
  }
  return (hash >>> 0) % shards;
}

/** The slot of a sharded channel in a Redis cluster: CRC16 (XMODEM) of what stands in its braces. */
export function slotOf(channel: string): number {
  const tag = channel.slice(channel.indexOf("{") + 1, channel.indexOf("}"));
  let crc = 0;
  for (let place = 0; place < tag.length; place++) {
    crc ^= tag.charCodeAt(place) << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  }
  return (crc & 0xffff) % 16_384;
}
