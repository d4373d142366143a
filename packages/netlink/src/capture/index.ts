export { type CapturedDatagram, readPcap, writePcap } from './pcap.js'
