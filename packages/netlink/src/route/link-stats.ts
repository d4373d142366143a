import { pad, struct, u8, u16, u32, u64 } from '../codec/index.js'

/** The first counters of link statistics, in memory order. */
export const traffic = <C>(counter: C) => ({
  rxPackets: counter,
  txPackets: counter,
  rxBytes: counter,
  txBytes: counter,
  rxErrors: counter,
  txErrors: counter,
  rxDropped: counter,
  txDropped: counter,
})

/** The counters common to 32-bit and 64-bit link statistics, in memory order. */
const counters = <C>(counter: C) => ({
  ...traffic(counter),
  multicast: counter,
  collisions: counter,
  rxLengthErrors: counter,
  rxOverErrors: counter,
  rxCrcErrors: counter,
  rxFrameErrors: counter,
  rxFifoErrors: counter,
  rxMissedErrors: counter,
  txAbortedErrors: counter,
  txCarrierErrors: counter,
  txFifoErrors: counter,
  txHeartbeatErrors: counter,
  txWindowErrors: counter,
  rxCompressed: counter,
  txCompressed: counter,
  rxNohandler: counter,
})

/** `struct rtnl_link_stats`, linux/if_link.h: 32-bit counters, which wrap */
export const rtnlLinkStats = struct('rtnl_link_stats', counters(u32), { growable: true })

/** `struct rtnl_link_stats64`, linux/if_link.h */
export const rtnlLinkStats64 = struct(
  'rtnl_link_stats64',
  { ...counters(u64), rxOtherhostDropped: u64 },
  { growable: true },
)

/** `struct rtnl_link_ifmap`, linux/if_link.h, with C's trailing padding */
export const rtnlLinkIfmap = struct(
  'rtnl_link_ifmap',
  {
    memStart: u64,
    memEnd: u64,
    baseAddr: u64,
    irq: u16,
    dma: u8,
    port: u8,
    _pad: pad(4),
  },
  { growable: true },
)
