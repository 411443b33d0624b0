import { Component, type ComponentChildren } from 'preact'

/** Catches what a page throws while it is drawn: the header stays, and the user learns what to do. */
export class Boundary extends Component<{ children: ComponentChildren; home?: string }, { broken: boolean }> {
  override state = { broken: false }

  static override getDerivedStateFromError() {
    return { broken: true }
  }

  override componentDidCatch(error: unknown) {
    console.error(error)
  }

  render() {
    if (!this.state.broken) return this.props.children
    return (
      <main class="page narrow message" id="main" tabIndex={-1}>
        <h1>This page broke</h1>
        <p>That is a fault of Assay, not of your file. Your data is safe.</p>
        <p class="message-actions">
          <button class="button primary" type="button" onClick={() => location.reload()}>
            Reload the page
          </button>
          {this.props.home && (
            <a class="button" href={this.props.home}>
              All datasets
            </a>
          )}
        </p>
      </main>
    )
  }
}
