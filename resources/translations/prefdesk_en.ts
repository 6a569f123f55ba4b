<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
    <context>
        <name>AgreementView</name>
        <message numerus="yes">
            <source>All figures on this page speak of the first criterion, {name}. Rewards are made of all %n criteria, by their weights.</source>
            <translation>
                <numerusform>All figures on this page speak of the first criterion, {name}. Rewards are made of it alone.</numerusform>
                <numerusform>All figures on this page speak of the first criterion, {name}. Rewards are made of all %n criteria, by their weights.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>AnswerCard</name>
        <message numerus="yes">
            <source>%n tokens</source>
            <translation>
                <numerusform>%n token</numerusform>
                <numerusform>%n tokens</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>CheckDialog</name>
        <message numerus="yes">
            <source>%Ln problems were found.</source>
            <translation>
                <numerusform>%Ln problem was found.</numerusform>
                <numerusform>%Ln problems were found.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>CoefficientsView</name>
        <message numerus="yes">
            <source>The raters fall into %n groups that share no answer: their biases cannot be compared across groups.</source>
            <translation>
                <numerusform>The raters fall into %n groups that share no answer: their biases cannot be compared across groups.</numerusform>
                <numerusform>The raters fall into %n groups that share no answer: their biases cannot be compared across groups.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ExportButton</name>
        <message numerus="yes">
            <source>%n rows were written to {file}.</source>
            <translation>
                <numerusform>%n row was written to {file}.</numerusform>
                <numerusform>%n rows were written to {file}.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ImportDialog</name>
        <message numerus="yes">
            <source>Import the %n good rows</source>
            <translation>
                <numerusform>Import the %n good row</numerusform>
                <numerusform>Import the %n good rows</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Import %n prompts</source>
            <translation>
                <numerusform>Import %n prompt</numerusform>
                <numerusform>Import %n prompts</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ImportFlow</name>
        <message numerus="yes">
            <source>%n prompts were added.</source>
            <translation>
                <numerusform>%n prompt was added.</numerusform>
                <numerusform>%n prompts were added.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n were in the project already.</source>
            <translation>
                <numerusform>%n was in the project already.</numerusform>
                <numerusform>%n were in the project already.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ItemPanel</name>
        <message numerus="yes">
            <source>%n ratings count; they weigh as much as {n} equal ones.</source>
            <translation>
                <numerusform>%n rating counts; it weighs as much as {n} equal ones.</numerusform>
                <numerusform>%n ratings count; they weigh as much as {n} equal ones.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>LengthsCard</name>
        <message numerus="yes">
            <source>%n prompts are longer.</source>
            <translation>
                <numerusform>%n prompt is longer.</numerusform>
                <numerusform>%n prompts are longer.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>MakeDialog</name>
        <message numerus="yes">
            <source>%n answers wait for this rater.</source>
            <translation>
                <numerusform>%n answer waits for this rater.</numerusform>
                <numerusform>%n answers wait for this rater.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>MergeDialog</name>
        <message numerus="yes">
            <source>Merge %n judgements</source>
            <translation>
                <numerusform>Merge %n judgement</numerusform>
                <numerusform>Merge %n judgements</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n judgements come from a clock more than a day ahead.</source>
            <translation>
                <numerusform>%n judgement comes from a clock more than a day ahead.</numerusform>
                <numerusform>%n judgements come from a clock more than a day ahead.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>MergePreview</name>
        <message numerus="yes">
            <source>%n judgements by {name}, given back on {day}.</source>
            <translation>
                <numerusform>%n judgement by {name}, given back on {day}.</numerusform>
                <numerusform>%n judgements by {name}, given back on {day}.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>MoveCard</name>
        <message numerus="yes">
            <source>Move %n ratings</source>
            <translation>
                <numerusform>Move %n rating</numerusform>
                <numerusform>Move %n ratings</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>since {time}: %n ratings</source>
            <translation>
                <numerusform>since {time}: %n rating</numerusform>
                <numerusform>since {time}: %n ratings</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Mover</name>
        <message numerus="yes">
            <source>%n ratings belong to {rater} now.</source>
            <translation>
                <numerusform>%n rating belongs to {rater} now.</numerusform>
                <numerusform>%n ratings belong to {rater} now.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PackFlow</name>
        <message numerus="yes">
            <source>A pack with %n answers for {name} was made.</source>
            <translation>
                <numerusform>A pack with %n answer for {name} was made.</numerusform>
                <numerusform>A pack with %n answers for {name} was made.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The pack holds %n answers for {name} to rate.</source>
            <translation>
                <numerusform>The pack holds %n answer for {name} to rate.</numerusform>
                <numerusform>The pack holds %n answers for {name} to rate.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n judgements were written.</source>
            <translation>
                <numerusform>%n judgement was written.</numerusform>
                <numerusform>%n judgements were written.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n judgements by {name} came in.</source>
            <translation>
                <numerusform>%n judgement by {name} came in.</numerusform>
                <numerusform>%n judgements by {name} came in.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n were here already.</source>
            <translation>
                <numerusform>%n was here already.</numerusform>
                <numerusform>%n were here already.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n were refused and stay out.</source>
            <translation>
                <numerusform>%n was refused and stays out.</numerusform>
                <numerusform>%n were refused and stay out.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PairView</name>
        <message numerus="yes">
            <source>%n answers judged by both.</source>
            <translation>
                <numerusform>%n answer judged by both.</numerusform>
                <numerusform>%n answers judged by both.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n answers: {first} and {second} points</source>
            <translation>
                <numerusform>%n answer: {first} and {second} points</numerusform>
                <numerusform>%n answers: {first} and {second} points</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PreflightCard</name>
        <message numerus="yes">
            <source>%n rated completions</source>
            <translation>
                <numerusform>%n rated completion</numerusform>
                <numerusform>%n rated completions</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n prompts</source>
            <translation>
                <numerusform>%n prompt</numerusform>
                <numerusform>%n prompts</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n prompts have answers that can be told apart.</source>
            <translation>
                <numerusform>%n prompt has answers that can be told apart.</numerusform>
                <numerusform>%n prompts have answers that can be told apart.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>About %n steps of the optimiser.</source>
            <translation>
                <numerusform>About %n step of the optimiser.</numerusform>
                <numerusform>About %n steps of the optimiser.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PromptDetail</name>
        <message numerus="yes">
            <source>%n tokens</source>
            <translation>
                <numerusform>%n token</numerusform>
                <numerusform>%n tokens</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PromptsView</name>
        <message numerus="yes">
            <source>Delete %n prompts?</source>
            <translation>
                <numerusform>Delete %n prompt?</numerusform>
                <numerusform>Delete %n prompts?</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n found</source>
            <translation>
                <numerusform>%n found</numerusform>
                <numerusform>%n found</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n prompts</source>
            <translation>
                <numerusform>%n prompt</numerusform>
                <numerusform>%n prompts</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n completions</source>
            <translation>
                <numerusform>%n completion</numerusform>
                <numerusform>%n completions</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>RatingsDialog</name>
        <message numerus="yes">
            <source>Import %n ratings</source>
            <translation>
                <numerusform>Import %n rating</numerusform>
                <numerusform>Import %n ratings</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n ratings are new.</source>
            <translation>
                <numerusform>%n rating is new.</numerusform>
                <numerusform>%n ratings are new.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n are here already.</source>
            <translation>
                <numerusform>%n is here already.</numerusform>
                <numerusform>%n are here already.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n rows are refused and stay out.</source>
            <translation>
                <numerusform>%n row is refused and stays out.</numerusform>
                <numerusform>%n rows are refused and stay out.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>RatingsFlow</name>
        <message numerus="yes">
            <source>%n ratings were imported.</source>
            <translation>
                <numerusform>%n rating was imported.</numerusform>
                <numerusform>%n ratings were imported.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n raters were added.</source>
            <translation>
                <numerusform>%n rater was added.</numerusform>
                <numerusform>%n raters were added.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>RewardsView</name>
        <message numerus="yes">
            <source>{n} rewarded completions. Choose one to open it into its ratings.</source>
            <translation>
                <numerusform>{n} rewarded completion. Choose one to open it into its ratings.</numerusform>
                <numerusform>{n} rewarded completions. Choose one to open it into its ratings.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>RoundPane</name>
        <message numerus="yes">
            <source>Done after %n steps</source>
            <translation>
                <numerusform>Done after %n step</numerusform>
                <numerusform>Done after %n steps</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Stopped and kept after %n steps</source>
            <translation>
                <numerusform>Stopped and kept after %n step</numerusform>
                <numerusform>Stopped and kept after %n steps</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Cancelled after %n steps</source>
            <translation>
                <numerusform>Cancelled after %n step</numerusform>
                <numerusform>Cancelled after %n steps</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Ended early, after %n steps</source>
            <translation>
                <numerusform>Ended early, after %n step</numerusform>
                <numerusform>Ended early, after %n steps</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SavedDot</name>
        <message numerus="yes">
            <source>%n ratings could not be saved</source>
            <translation>
                <numerusform>%n rating could not be saved</numerusform>
                <numerusform>%n ratings could not be saved</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n ratings are not on disk yet</source>
            <translation>
                <numerusform>%n rating is not on disk yet</numerusform>
                <numerusform>%n ratings are not on disk yet</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SharesCard</name>
        <message numerus="yes">
            <source>%n prompts would make 80 % of the change, by estimate.</source>
            <translation>
                <numerusform>%n prompt would make 80 % of the change, by estimate.</numerusform>
                <numerusform>%n prompts would make 80 % of the change, by estimate.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SidesView</name>
        <message numerus="yes">
            <source>%n tokens</source>
            <translation>
                <numerusform>%n token</numerusform>
                <numerusform>%n tokens</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>StatusLine</name>
        <message numerus="yes">
            <source>%n ratings not saved yet</source>
            <translation>
                <numerusform>%n rating not saved yet</numerusform>
                <numerusform>%n ratings not saved yet</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TextColumn</name>
        <message numerus="yes">
            <source>%n hidden characters shown as ⟦U+…⟧</source>
            <translation>
                <numerusform>%n hidden character shown as ⟦U+…⟧</numerusform>
                <numerusform>%n hidden characters shown as ⟦U+…⟧</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TextsView</name>
        <message numerus="yes">
            <source>%n tokens</source>
            <translation>
                <numerusform>%n token</numerusform>
                <numerusform>%n tokens</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n tokens, exactly as the model reads them.</source>
            <translation>
                <numerusform>%n token, exactly as the model reads it.</numerusform>
                <numerusform>%n tokens, exactly as the model reads them.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TopBar</name>
        <message numerus="yes">
            <source>%n to go</source>
            <translation>
                <numerusform>%n to go</numerusform>
                <numerusform>%n to go</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>WaysOn</name>
        <message numerus="yes">
            <source>It has %Ln ratings and no weights.</source>
            <translation>
                <numerusform>It has %Ln rating and no weights.</numerusform>
                <numerusform>It has %Ln ratings and no weights.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln acts of rating in this file are newer.</source>
            <translation>
                <numerusform>%Ln act of rating in this file is newer.</numerusform>
                <numerusform>%Ln acts of rating in this file are newer.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>WhoCard</name>
        <message numerus="yes">
            <source>%n to go</source>
            <translation>
                <numerusform>%n to go</numerusform>
                <numerusform>%n to go</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>WishCard</name>
        <message numerus="yes">
            <source>%n prompts, the longest has {n} tokens</source>
            <translation>
                <numerusform>%n prompt, it has {n} tokens</numerusform>
                <numerusform>%n prompts, the longest has {n} tokens</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n left out by decision</source>
            <translation>
                <numerusform>%n left out by decision</numerusform>
                <numerusform>%n left out by decision</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>findings</name>
        <message numerus="yes">
            <source>%n rated answers belong to other checkpoints, none to this one. Sample from it and rate, or choose to use earlier answers too.</source>
            <translation>
                <numerusform>%n rated answer belongs to another checkpoint, none to this one. Sample from it and rate, or choose to use earlier answers too.</numerusform>
                <numerusform>%n rated answers belong to other checkpoints, none to this one. Sample from it and rate, or choose to use earlier answers too.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>All %n rated answers are less reliable than asked for. Rate them again, or ask for less.</source>
            <translation>
                <numerusform>The only rated answer is less reliable than asked for. Rate it again, or ask for less.</numerusform>
                <numerusform>All %n rated answers are less reliable than asked for. Rate them again, or ask for less.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>None of the %n answers of this checkpoint has a rating yet.</source>
            <translation>
                <numerusform>The only answer of this checkpoint has no rating yet.</numerusform>
                <numerusform>None of the %n answers of this checkpoint has a rating yet.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n prompts have one rated answer only; without a second one they teach nothing.</source>
            <translation>
                <numerusform>%n prompt has one rated answer only; without a second one it teaches nothing.</numerusform>
                <numerusform>%n prompts have one rated answer only; without a second one they teach nothing.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>To %n prompts the model gave the same answer each time; there is nothing to compare. Draw more answers to them.</source>
            <translation>
                <numerusform>To %n prompt the model gave the same answer each time; there is nothing to compare. Draw more answers to it.</numerusform>
                <numerusform>To %n prompts the model gave the same answer each time; there is nothing to compare. Draw more answers to them.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>On %n prompts all answers have the same reward; they hold the model in place and teach nothing.</source>
            <translation>
                <numerusform>On %n prompt all answers have the same reward; they hold the model in place and teach nothing.</numerusform>
                <numerusform>On %n prompts all answers have the same reward; they hold the model in place and teach nothing.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n answers belong to prompts that were left out by decision; they are not used.</source>
            <translation>
                <numerusform>%n answer belongs to a prompt that was left out by decision; it is not used.</numerusform>
                <numerusform>%n answers belong to prompts that were left out by decision; they are not used.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n answers wait for more ratings before they are used.</source>
            <translation>
                <numerusform>%n answer waits for more ratings before it is used.</numerusform>
                <numerusform>%n answers wait for more ratings before they are used.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n answers of this checkpoint have no rating yet.</source>
            <translation>
                <numerusform>%n answer of this checkpoint has no rating yet.</numerusform>
                <numerusform>%n answers of this checkpoint have no rating yet.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n answers were drawn with top-p or top-k; policy gradients cannot use those.</source>
            <translation>
                <numerusform>%n answer was drawn with top-p or top-k; policy gradients cannot use it.</numerusform>
                <numerusform>%n answers were drawn with top-p or top-k; policy gradients cannot use those.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>loop</name>
        <message numerus="yes">
            <source>by %n raters</source>
            <translation>
                <numerusform>by %n rater</numerusform>
                <numerusform>by %n raters</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n of the raters simulated</source>
            <translation>
                <numerusform>%n of the raters simulated</numerusform>
                <numerusform>%n of the raters simulated</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n checkpoints, the starting model included</source>
            <translation>
                <numerusform>%n checkpoint, the starting model included</numerusform>
                <numerusform>%n checkpoints, the starting model included</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>paper</name>
        <message numerus="yes">
            <source>%n tables written.</source>
            <translation>
                <numerusform>%n tables written.</numerusform>
                <numerusform>%n tables written.</numerusform>
            </translation>
        </message>
    </context>
</TS>
