import { constants } from '../codec/index.js'

/** SOCK_*, sys/socket.h: types of sockets. */
export const SOCK = constants('SOCK', {
  STREAM: 1,
  DGRAM: 2,
  RAW: 3,
  RDM: 4,
  SEQPACKET: 5,
  DCCP: 6,
  PACKET: 10,
})
