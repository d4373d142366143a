import { state } from './state.js'

for (let value = 0; value < 5000; value++) state.list.push(value)
state.list.length = 1000
for (let value = 1000; value < 3000; value++) state.list.push(value)
state.ran++
