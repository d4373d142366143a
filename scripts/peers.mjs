// Provides the libraries and programs that `npm run bench -- connection` and `-- api` compare with. A separate program, so that its output can
// be redirected.
import { providePeers } from './lib/peers.mjs'

providePeers()
