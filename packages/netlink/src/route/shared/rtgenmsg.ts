import { struct, u8 } from '../../codec/index.js'

/** `struct rtgenmsg`, linux/rtnetlink.h; three bytes of padding follow */
export const rtgenmsg = struct('rtgenmsg', { family: u8 })
