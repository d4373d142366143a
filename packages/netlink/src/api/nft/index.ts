export { type LogOptions, log, type Rejection, reject } from './expression/actions.js'
export { flowAdd, notrack, setExpectation, setHelper, setTimeouts } from './expression/connections.js'
export {
  dst,
  type ExtensionHeader,
  exthdr,
  frag,
  hbh,
  ipOption,
  mh,
  type OsfOptions,
  osf,
  routing,
  sctpChunk,
  srh,
  tcpOption,
} from './expression/extensions.js'
export {
  dup,
  type ForwardTarget,
  fwd,
  type QueueOptions,
  queue,
  type SynproxyOptions,
  synproxy,
} from './expression/handover.js'
export {
  dnat,
  masquerade,
  type NatFlag,
  type NatOptions,
  type NatTarget,
  redirect,
  snat,
  tproxy,
} from './expression/nat.js'
export {
  type Bits,
  Compared,
  concat,
  gt,
  gte,
  lt,
  lte,
  Mapped,
  type MatchValue,
  not,
  type Selector,
  type ValueMap,
  type VerdictMap,
  type WritableSelector,
} from './expression/selector.js'
export {
  ah,
  arp,
  comp,
  ct,
  dccp,
  esp,
  ether,
  type FibKey,
  type FibResult,
  fib,
  gre,
  icmp,
  icmpv6,
  igmp,
  ip,
  ip6,
  jhash,
  meta,
  numgen,
  rt,
  sctp,
  socket,
  symhash,
  tcp,
  th,
  udp,
  udplite,
  vlan,
} from './expression/selectors.js'
export type { Interval, Key, Load, Needs, Source, Sources } from './expression/source.js'
export {
  connlimit,
  counter,
  type LimitOptions,
  last,
  limit,
  quota,
} from './expression/stateful.js'
export type {
  Comparison,
  Input,
  Lookup,
  Operand,
  StatefulStatement,
  Statement,
  Target,
  VerdictStatement,
} from './expression/statement.js'
export { add, counterOf, remove, type UpdateOptions, update } from './expression/update.js'
export type { Masked, NftValue } from './expression/value.js'
export { accept, continue_, drop, goto, jump, return_ } from './expression/verdicts.js'
export type { DataType } from './types/data-types.js'
