export { type CapturedDatagram, PACKET } from './format.js'
export { readPcap, writePcap } from './pcap.js'
export { readPcapng } from './pcapng.js'
export { readCapture } from './read.js'
