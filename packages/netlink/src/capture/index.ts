export { type CapturedDatagram, PACKET } from './cooked.js'
export { readPcap, writePcap } from './pcap.js'
export { readPcapng } from './pcapng.js'
export { readCapture } from './read.js'
