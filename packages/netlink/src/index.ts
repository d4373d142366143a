export * from './api/index.js'
export {
  type CacheOptions,
  type Change,
  type Changes,
  type CommonKind,
  type ObjectChange,
  type ObjectKind,
  type Objects,
  StateCache,
  type SyncChange,
} from './cache/index.js'
export { AF, ArgumentError, DecodeError, EncodeError, flagNames, nameOf, SecretKey } from './codec/index.js'
export { Batch } from './connection/batch.js'
export type { BatchItem } from './connection/batch-entry.js'
export type { BatchItemOptions } from './connection/batch-options.js'
export type { BatchResult } from './connection/batch-result.js'
export { Connection, type RouteGroup } from './connection/connection.js'
export type { MessageEvent, MonitorEvent, OverrunEvent, UnreadableEvent } from './connection/events.js'
export type { CommonOptions, DumpFlags, FlagOptions, RequestOptions } from './connection/flags.js'
export { Monitor } from './connection/monitor.js'
export type {
  BatchOptions,
  ConnectionOptions,
  MonitorOptions,
  TimeoutOptions,
  WaitOptions,
} from './connection/options.js'
export type { Dump } from './connection/snapshot.js'
export type { Stream } from './connection/stream.js'
export { errnoDescription, errnoName } from './errno.js'
export * from './message/index.js'
export { Netlink } from './netlink.js'
export * from './plan/index.js'
export type { AddressMessage } from './route/address.js'
export type { LinkMessage } from './route/link.js'
export type { NeighbourMessage } from './route/neighbour.js'
export type { NexthopMessage } from './route/nexthop.js'
export type { RouteMessage } from './route/route.js'
export type { RuleMessage } from './route/rule.js'
export { SystemError } from './socket/error.js'
export { type NetnsRef, withNetns } from './socket/netns.js'
export type { Datagram, SocketFactory, SocketOptions, Transport } from './socket/transport.js'
