import { testBatches } from './batches.js'

testBatches('io_submit')
