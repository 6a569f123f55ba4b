"""The commonest little words of some languages, and letters that only they have."""

WORDS: dict[str, str] = {
    "en": "the of and to in is that it for was with as be on not are this have from by at you "
    "what how which your can do does would there their will write please about why who explain "
    "a an my i we they he she or if when make give name should one some",
    "de": "der die das und ist nicht ein eine einen einem einer ich du sie wir ihr mit auf für von "
    "zu den dem des im wie was warum wer es auch als an aus bei nach wird sind werden kann über "
    "wenn oder aber schreibe bitte dass sich zum zur noch nur mein dein kannst mir gib",
    "fr": "le la les des une est et dans pour que qui pas sur avec ce cette il elle nous vous je "
    "sont au aux du en un ne plus par ou comment pourquoi quel quelle mais se ses son sa leur "
    "être fait écris moi mon ma tu peux quoi où c'est d l qu",
    "es": "el la los las de que y en un una es por con para no se del al lo como más pero sus su "
    "este esta cómo qué cuál cuáles por quién son fue ser hay mi tu me te le escribe puedes "
    "está muy sobre entre cuando también",
    "it": "il lo gli le di che è un una per non con del della dei delle nel nella sono come più "
    "anche ma si questo questa perché cosa qual quali chi alla al dal ha ho hai mi ti scrivi "
    "puoi tra dove quando essere suo sua io tu e una i",
    "pt": "o os as um uma de que e não do da dos das em no na nos nas para por com se mais como "
    "mas é são foi ser está isso este esta você eu meu minha sua seu qual quais quem quando "
    "onde escreva também pelo pela ao à até",
    "nl": "de het een en van is dat niet op te in voor met zijn wat hoe waarom wie er aan ook als "
    "je jij ik wij hij zij naar bij uit om kan kunnen worden wordt deze dit maar of schrijf "
    "geef mijn jouw onze over nog geen heeft hebben waar",
    "sv": "och att det är som en ett på för med av inte den jag du vi han hon de till om har kan "
    "vad hur varför vem skriv eller men från så när där var ska detta denna mina din ditt är "
    "ge mig också vilka vilken",
    "da": "og at det er som en et på for med af ikke den jeg du vi han hun de til om har kan hvad "
    "hvordan hvorfor hvem skriv eller men fra så når der var skal dette denne mine din dit giv "
    "mig også hvilke hvilken blev efter være",
    "nb": "og å det er som en et på for med av ikke den jeg du vi han hun de til om har kan hva "
    "hvordan hvorfor hvem skriv eller men fra så når der var skal dette denne mine din ditt gi "
    "meg også hvilke hvilken ble etter være",
    "fi": "ja on ei se että hän oli ovat olla mutta kun niin kuin tai myös mitä miten miksi kuka "
    "joka minä sinä me te he minun sinun tämä nämä ne sen jos vain voi voit kirjoita anna mikä "
    "ole kanssa sitten siitä",
    "pl": "i w na z się nie to że do jest jak co o po przez dla od za są być który która które "
    "dlaczego kto czy ale lub oraz ten ta te tym jego jej mnie mi napisz podaj jakie jaki "
    "może można był była tylko już",
    "cs": "a v na se že je to s z do i o k pro jako co jak jsou být který která které proč kdo ale "
    "nebo by podle této tento jeho její mi mě napiš může už jen také když není jsem jsi při "
    "až ve ze ke před",
    "hu": "a az és hogy nem is egy van volt ez de meg mint ha csak már én te ő mi ti ők mit hogyan "
    "miért ki vagy lehet kell írj kérlek ezt azt milyen hol mikor amely után között nagyon "
    "ami sem még",
    "ro": "și de la în nu este un o cu pe că să se din pentru ce cum care mai sau dar sunt fi lui "
    "ei eu tu el ea noi voi scrie cine când unde acest această prin după despre mea meu al ale "
    "fost poate",
    "tr": "ve bir bu da de için ile ne nasıl neden kim çok daha gibi olan olarak değil var mi mı "
    "ama veya ben sen o biz siz en kadar sonra her şey yaz bana nedir hangi olduğu ya ki",
    "id": "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena adalah "
    "bisa ada atau anda apa bagaimana mengapa siapa kita mereka oleh sebagai tulis tolong "
    "buat berikan kamu lebih sudah bagi",
    "vi": "và của là có không được cho các một những trong với này đã để người khi từ như về tôi "
    "bạn gì nào sao thế hãy viết tại vì đến ra cũng hay ở mà trên",
    "ru": "и в не на я что он с как это по но из у за к от о то же вы ты мы они для или бы если "
    "так все почему кто где когда какой какие напиши чем был была быть есть можно мне его её "
    "также при после",
    "uk": "і в не на я що він з як це по але із у за до від та ви ти ми вони для або б якщо так "
    "усі чому хто де коли який які напиши чим був була бути є можна мені його її також при "
    "після й",
    "bg": "и в не на аз че той с като това по но от за до ти ние те или ако така защо кой къде "
    "кога какво какви напиши е са беше бъде може ми му й също при след се си да ще как",
    "ar": "في من على إلى أن هذا هذه التي الذي ما هو هي لا عن مع كان كيف لماذا هل أو ثم كل بين قد "
    "ماذا لم إن كما بعد أنا أنت اكتب",
    "fa": "در از به که این را با است برای آن یک خود تا بر هم شد من تو ما شما چه چگونه چرا کیست "
    "آیا یا اما می های ها کرد بود بنویس",
    "ur": "میں کے کی ہے اور سے کا کو پر یہ نے ہیں کہ بھی اس ہو کیا کیسے کیوں کون آپ ہم وہ تھا "
    "لیے ایک نہیں جو لکھیں",
}

LETTERS: dict[str, str] = {
    "de": "ß",
    "es": "ñ¿¡",
    "pt": "ãõ",
    "sv": "å",
    "da": "øå",
    "nb": "øå",
    "pl": "łąęśźż",
    "cs": "řěů",
    "hu": "őű",
    "ro": "țșă",
    "tr": "ğı",
    "vi": "ơưđạảấầẩậắặẹẻếềểệịọỏốồổộớờởợụủứừửựỳỵ",
    "ru": "ыэё",
    "uk": "їєґ",
    "fa": "پچژگ",
    "ur": "ٹڈڑےہ",
}
