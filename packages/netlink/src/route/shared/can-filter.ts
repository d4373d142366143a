import { struct, u32 } from '../../codec/index.js'

/** `struct can_filter`, linux/can.h */
export const canFilter = struct('can_filter', { canId: u32, canMask: u32 })
