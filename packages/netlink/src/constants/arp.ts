import { constants } from '../codec/index.js'

/** ARPOP_*, linux/if_arp.h: operations of ARP */
export const ARPOP = constants('ARPOP', {
  REQUEST: 1,
  REPLY: 2,
  RREQUEST: 3,
  RREPLY: 4,
  InREQUEST: 8,
  InREPLY: 9,
  NAK: 10,
})
