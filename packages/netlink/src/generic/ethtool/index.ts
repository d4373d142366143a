export {
  type EthtoolBitsetAttrs,
  type EthtoolBitsetBitAttrs,
  type EthtoolBitsetBitsAttrs,
  ethtoolBitsetAttrs,
  ethtoolBitsetBitAttrs,
  ethtoolBitsetBitsAttrs,
} from './bitset.js'
export * from './cable.js'
export * from './common.js'
export * from './constants.js'
export * from './family.js'
export * from './link.js'
export * from './link-modes.js'
export * from './module.js'
export * from './phy.js'
export * from './pse.js'
export * from './pse-constants.js'
export * from './queues.js'
export * from './stats.js'
export * from './strings.js'
export * from './time.js'
export * from './tunnel.js'
