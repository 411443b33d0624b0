import { render } from 'preact'
import { startRouter } from './router.ts'
import { loadSession } from './session.ts'
import { App } from './shell/app.tsx'
import './styles/tokens.css'
import './styles/base.css'

startRouter()
void loadSession()
render(<App />, document.getElementById('app')!)
