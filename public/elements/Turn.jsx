// Draws the blocks that bot/web/cards.py makes of a turn. Every text is a text: React escapes it, and nothing here makes HTML of it.
import { useEffect, useId, useRef, useState } from 'react';

const RECORD = /^https:\/\/clinicaltrials\.gov\/study\/NCT\d{8}$/;
const OUTLOOK_MARKS = { 'fits so far': '✓', 'may be a problem': '!', 'not known yet': '?' };
const SAID_WORDS = { urgent: 'Please read this first', declined: 'I cannot answer that part', failed: 'That did not work', plain: null };

function Mark({ children, tone }) {
  return <span className={`tl-mark tl-mark-${tone}`} aria-hidden="true">{children}</span>;
}

function Paragraphs({ text }) {
  return text.split(/\n{2,}/).map((part, i) => <p key={i} className="tl-prose">{part}</p>);
}

// --- a quote in its place

function PassageView({ passage, id, onClose }) {
  const box = useRef(null);
  const mark = useRef(null);
  useEffect(() => {
    if (box.current && mark.current) box.current.scrollTop = Math.max(0, mark.current.offsetTop - box.current.offsetTop - 48);
    box.current?.parentElement.scrollIntoView({ block: 'nearest' });
  }, [passage]);
  const close = (event) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
    }
  };
  return (
    <div className="tl-passage" id={id} onKeyDown={close}>
      <p className="tl-passage-head" id={`${id}-head`}>
        <strong>{passage.label}</strong> · from the {passage.section} of the record, word for word
      </p>
      <div className="tl-passage-text" ref={box} tabIndex={0} role="region" aria-labelledby={`${id}-head`}>
        {passage.cut_before ? '… ' : ''}
        {passage.before}
        <mark ref={mark}>{passage.quote}</mark>
        {passage.after}
        {passage.cut_after ? ' …' : ''}
      </div>
    </div>
  );
}

function Citations({ passages, lead, of }) {
  const [open, setOpen] = useState(null);
  const chips = useRef([]);
  const id = useId();
  if (!passages.length) return null;
  const close = () => {
    chips.current[open]?.focus();
    setOpen(null);
  };
  return (
    <span className="tl-citations">
      {lead ? <span className="tl-quiet">{lead} </span> : null}
      {passages.map((passage, i) => (
        <button
          key={i}
          type="button"
          className="tl-chip"
          ref={(node) => {
            chips.current[i] = node;
          }}
          aria-expanded={open === i}
          aria-controls={open === i ? id : undefined}
          aria-label={passage.label}
          onClick={() => setOpen(open === i ? null : i)}
        >
          {of && passage.label.startsWith(`${of} · `) ? passage.label.slice(of.length + 3) : passage.label}
        </button>
      ))}
      {open === null ? null : <PassageView passage={passages[open]} id={id} onClose={close} />}
    </span>
  );
}

// --- trials

function StandingView({ standing }) {
  const groups = [
    ['May be a problem', standing.problems],
    ['Fits so far', standing.fits],
    ['Not known yet', standing.open_questions],
  ].filter(([, reasons]) => reasons.length);
  return (
    <div className="tl-standing">
      <p>
        <Mark tone={OUTLOOK_MARKS[standing.outlook] === '!' ? 'against' : 'neutral'}>{OUTLOOK_MARKS[standing.outlook]}</Mark>
        <strong className="tl-outlook">{standing.outlook}</strong>
        {standing.counts.length ? <span className="tl-quiet"> · {standing.counts.join(' · ')}</span> : null}
      </p>
      {groups.length ? (
        <details className="tl-details">
          <summary>What this rests on</summary>
          {groups.map(([name, reasons]) => (
            <div key={name}>
              <h4>{name}</h4>
              <ul>
                {reasons.map((reason, i) => (
                  <li key={i}>{reason}</li>
                ))}
              </ul>
            </div>
          ))}
        </details>
      ) : null}
    </div>
  );
}

function TrialView({ card }) {
  const id = useId();
  return (
    <article className="tl-card" aria-labelledby={id}>
      <p className="tl-card-top">
        <span className={`tl-status ${card.open ? 'tl-open' : 'tl-closed'}`}>
          <span aria-hidden="true">{card.open ? '●' : '○'}</span> {card.status}
        </span>
        <span className="tl-id">{card.trial_id}</span>
        {card.sample ? <span className="tl-sample">sample record</span> : null}
      </p>
      <h3 id={id}>{card.title}</h3>
      {card.facts.length ? <p className="tl-quiet">{card.facts.join(' · ')}</p> : null}
      {card.warnings.length ? (
        <ul className="tl-warnings">
          {card.warnings.map((warning, i) => (
            <li key={i}>
              <Mark tone="against">!</Mark>
              {warning}
            </li>
          ))}
        </ul>
      ) : null}
      {card.standing ? <StandingView standing={card.standing} /> : null}
      {card.why ? (
        <div className="tl-why">
          <blockquote>“{card.why.quote}”</blockquote>
          <Citations passages={[card.why]} of={card.trial_id} />
        </div>
      ) : null}
      {card.sources.length ? <Citations passages={card.sources} of={card.trial_id} lead="Written in:" /> : null}
      <div className="tl-buttons" role="group" aria-label={`More on ${card.trial_id}`}>
        <button type="button" className="tl-button" onClick={() => sendUserMessage(`Who can join ${card.trial_id}?`)}>
          Who can join
        </button>
        <button type="button" className="tl-button" onClick={() => sendUserMessage(`Where does ${card.trial_id} take place?`)}>
          Where
        </button>
        {card.url && RECORD.test(card.url) ? (
          <a className="tl-button" href={card.url} target="_blank" rel="noopener noreferrer">
            Open the record<span className="tl-unseen"> of {card.trial_id} on ClinicalTrials.gov, in a new tab</span>
            <span aria-hidden="true"> ↗</span>
          </a>
        ) : null}
      </div>
    </article>
  );
}

function CardsView({ cards }) {
  if (cards.length === 1) return <TrialView card={cards[0]} />;
  return (
    <ol className="tl-cards" aria-label={`${cards.length} trials, best match first`}>
      {cards.map((card) => (
        <li key={card.trial_id}>
          <TrialView card={card} />
        </li>
      ))}
    </ol>
  );
}

function MovesView({ heading, moves }) {
  return (
    <section className="tl-moves">
      <h3>{heading}</h3>
      <ul>
        {moves.map((move) => (
          <li key={move.trial_id}>
            <p>
              <strong>{move.title}</strong> <span className="tl-id">{move.trial_id}</span>
            </p>
            <p>
              {move.before === move.after ? (
                <>
                  Still <strong>{move.after}</strong>
                </>
              ) : (
                <>
                  <span className="tl-unseen">From </span>
                  {move.before} <span aria-hidden="true">→</span>
                  <span className="tl-unseen"> to </span> <strong>{move.after}</strong>
                </>
              )}
            </p>
            <p>{move.because}</p>
            <blockquote>“{move.rule.quote}”</blockquote>
            <Citations passages={[move.rule]} />
          </li>
        ))}
      </ul>
    </section>
  );
}

// --- answers and questions

function ClaimView({ claim }) {
  return (
    <>
      <span className="tl-claim">{claim.text}</span> <Citations passages={claim.passages} />
    </>
  );
}

function AnswerView({ claims, notes, made_from }) {
  return (
    <section className="tl-answer">
      {claims.length === 1 ? (
        <div className="tl-claims">
          <ClaimView claim={claims[0]} />
        </div>
      ) : null}
      {claims.length > 1 ? (
        <ul className="tl-claims">
          {claims.map((claim, i) => (
            <li key={i}>
              <ClaimView claim={claim} />
            </li>
          ))}
        </ul>
      ) : null}
      {notes.map((note, i) => (
        <p key={i} className={claims.length ? 'tl-quiet' : ''}>
          {note}
        </p>
      ))}
      {made_from.length ? (
        <details className="tl-details tl-small">
          <summary>What this was made from</summary>
          <ul>
            {made_from.map((part, i) => (
              <li key={i}>{part}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </section>
  );
}

function QuestionView({ text, why, hint, options, turn }) {
  const [said, setSaid] = useState(null);
  const id = useId();
  const answer = (says) => {
    setSaid(says);
    callAction({ name: 'answer', payload: { says, turn } });
  };
  return (
    <section className="tl-question" aria-labelledby={id}>
      <p className="tl-asked" id={id}>{text}</p>
      {why ? <p>{why}</p> : null}
      {options.length ? (
        <div className="tl-buttons tl-options" role="group" aria-labelledby={id}>
          {options.map((says) => (
            <button key={says} type="button" className="tl-button tl-option" disabled={said !== null} onClick={() => answer(says)}>
              {says}
            </button>
          ))}
        </div>
      ) : null}
      <p className="tl-quiet">{hint}</p>
    </section>
  );
}

// --- what is known, and plain words

function NotedView({ words }) {
  return (
    <p className="tl-quiet tl-small">
      Noted: {words.join('; ')}.
    </p>
  );
}

function KnownView({ heading, facts }) {
  return (
    <section className="tl-known">
      <h3>{heading}</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">What I noted</th>
            <th scope="col">Your words</th>
          </tr>
        </thead>
        <tbody>
          {facts.map((fact, i) => (
            <tr key={i}>
              <th scope="row">{fact.what}</th>
              <td>{fact.value}</td>
              <td>{fact.quote ? `“${fact.quote}”` : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function SaidView({ tone, text }) {
  const words = SAID_WORDS[tone];
  return (
    <div className={`tl-said tl-said-${tone}`} role={tone === 'urgent' ? 'alert' : undefined}>
      {words ? (
        <p className="tl-said-head">
          {tone === 'urgent' ? <Mark tone="urgent">!</Mark> : null}
          {words}
        </p>
      ) : null}
      <Paragraphs text={text} />
    </div>
  );
}

const VIEWS = {
  cards: CardsView,
  answer: AnswerView,
  question: QuestionView,
  moves: MovesView,
  noted: NotedView,
  known: KnownView,
  said: SaidView,
};

export default function Turn() {
  const top = useRef(null);
  useEffect(() => {
    if (props.reveal) top.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div className="tl-turn" ref={top}>
      {props.blocks.map((block, i) => {
        const View = VIEWS[block.block];
        return View ? <View key={i} {...block} /> : null;
      })}
      {props.commands.length ? (
        <div className="tl-commands" role="group" aria-label="What I know">
          {props.commands.map((command) => (
            <button key={command.name} type="button" className="tl-command" onClick={() => callAction({ name: command.name, payload: {} })}>
              {command.label}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}
