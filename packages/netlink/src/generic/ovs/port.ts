import { constants, enumOf, u32 } from '../../codec/index.js'

/** OVSP_*, linux/openvswitch.h: the number of the local port */
export const OVSP = constants('OVSP', { LOCAL: 0 })

/** Number of a port of the datapath. */
export const ovsPort = enumOf(u32, OVSP)
