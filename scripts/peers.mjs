// Gets the libraries and programs that `npm run bench -- connection` measures against: a program of its own for its output alone.
import { providePeers } from './lib/peers.mjs'

providePeers()
